// Section 6: cases of the matrix as a heat map, for one metric at a time.
import type { Figure, Report } from "./data";
import { el, figure, finite, menu, rank, section } from "./dom";

export function matrix(report: Report): HTMLElement | null {
  const keys = [...new Set(report.runs.flatMap((run) => Object.keys(run.case)))];
  if (!keys.length && !report.map) return null;
  const scenarios = [...new Set(report.runs.filter((run) => Object.keys(run.case).length).map((run) => `${run.scenario} – ${run.label}`))];
  const start = Math.max(0, report.fields.findIndex((f) => f.key === "convergence_time_s"));
  let which = 0, metric = start;
  const holder = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "matrix" }), controls = el("div", { class: "controls" });
  const show = () => {
    const field = report.fields[metric], runs = report.runs.filter((run) => `${run.scenario} – ${run.label}` === scenarios[which]);
    const own = keys.filter((key) => new Set(runs.map((run) => run.case[key])).size > 1);
    const across = own[0], down = own.slice(1);
    const name = (run: (typeof runs)[0], of: string[]) => of.map((key) => `${key} = ${run.case[key]}`).join(", ");
    const columns = [...new Set(runs.map((run) => run.case[across]))], lines = [...new Set(runs.map((run) => name(run, down)))];
    const cells = lines.map((line) => columns.map((column): Figure => {
      const values = runs.filter((run) => name(run, down) === line && run.case[across] === column).map((run) => run.figures[metric]).filter((v) => v != null).sort((a, b) => rank(a) - rank(b));
      return values.length ? values[Math.floor((values.length - 1) / 2)] : null;
    }));
    const numbers = cells.flat().filter(finite), low = Math.min(...numbers), high = Math.max(...numbers);
    const paint = (value: Figure): string => {
      if (value === "never") return "background:#7a1f00;color:#fff";
      if (!finite(value)) return "";
      const share = high > low ? (value - low) / (high - low) : 0; // one hue, light to dark: readable without colour
      return `background:hsl(205 70% ${92 - share * 60}%);color:${share > 0.45 ? "#fff" : "#111"}`;
    };
    holder.replaceChildren(el("table", { class: "heat" }, el("thead", {}, el("tr", {}, el("th", {}, across ?? ""), columns.map((c) => el("th", { scope: "col" }, c ?? "")))),
      el("tbody", {}, lines.map((line, y) => el("tr", {}, el("th", { scope: "row" }, line), cells[y].map((value) => { const td = el("td", {}, figure(value, field)); td.style.cssText = paint(value); return td; }))))));
    controls.replaceChildren(menu("runs", scenarios, which, (i) => { which = i; show(); }), menu("metric", report.fields.map((f) => f.name), metric, (i) => { metric = i; show(); }));
  };
  show();
  return section("matrix", "Matrix", el("p", { class: "note" }, "Medians over seeds; darker: larger."), controls, holder);
}
