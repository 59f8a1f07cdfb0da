// Section 6: heat maps of one metric at a time: of the cases of a matrix, one map per protocol on a common scale, and of
// the single faults that `map` tried.
import type { FaultMap, Field, Figure, MapCell, Report, Run } from "./data";
import { caseText, copier, el, figure, finite, menu, rank, section, short } from "./dom";

interface Cell { value: Figure; text: string; hover: string; command?: string }
interface Heat { title: string; corner: string; columns: string[]; rows: string[]; cells: Cell[][] }

// One hue from light to dark, readable without colour; what never happened is of another.
function paint(value: Figure, low: number, high: number): string {
  if (value === "never") return "background:#7a1f00;color:#fff";
  if (!finite(value)) return "";
  const share = high > low ? (value - low) / (high - low) : 0;
  return `background:hsl(205 70% ${92 - share * 62}%);color:${share > 0.79 ? "#fff" : "#000"}`;
}

function table(heat: Heat, low: number, high: number, said: HTMLElement): HTMLElement {
  const cell = ({ value, text, hover, command }: Cell) => {
    const td = el("td", { title: hover }, command ? copier(command, text, said) : text);
    td.style.cssText = paint(value, low, high);
    return td;
  };
  return el("div", { class: "small-multiple" }, el("h3", {}, heat.title),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heat.title },
      el("table", { class: "heat" },
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, heat.corner), heat.columns.map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, heat.rows.map((name, y) => el("tr", {}, el("th", { scope: "row" }, name), heat.cells[y].map(cell)))))));
}

function scale(low: number, high: number, text: (value: number) => string, never: boolean): HTMLElement {
  const box = (value: Figure, label: string) => {
    const mark = el("span", { class: "swatch", "aria-hidden": "true" });
    mark.style.cssText = paint(value, low, high);
    return el("span", { class: "key" }, mark, label);
  };
  const steps = high > low ? [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low)) : [low];
  return el("div", { class: "note" }, steps.map((value) => box(value, text(value))), never ? box("never", "never") : null);
}

function show(holder: HTMLElement, heats: Heat[], text: (value: number) => string, said: HTMLElement): void {
  const values = heats.flatMap((heat) => heat.cells.flat().map((cell) => cell.value)), numbers = values.filter(finite);
  const low = Math.min(...numbers), high = Math.max(...numbers);
  holder.replaceChildren(numbers.length ? scale(low, high, text, values.includes("never")) : "",
    el("div", { class: "multiples" }, heats.map((heat) => table(heat, low, high, said))));
}

const distinct = (texts: string[]): string[] => [...new Set(texts)];

// The last key of the matrix across, all others down.
function heatOf(title: string, runs: Run[], field: Field, metric: number): Heat {
  const keys = distinct(runs.flatMap((run) => Object.keys(run.case))).filter((key) => distinct(runs.map((run) => run.case[key])).length > 1);
  const across = keys[keys.length - 1] ?? "", down = keys.slice(0, -1);
  const row = (run: Run) => (down.length === 1 ? run.case[down[0]] : caseText(Object.fromEntries(down.map((key) => [key, run.case[key]]))));
  const columns = distinct(runs.map((run) => run.case[across] ?? "")), rows = distinct(runs.map(row));
  const cells = rows.map((name) => columns.map((column): Cell => {
    const values = runs.filter((run) => row(run) === name && (run.case[across] ?? "") === column).map((run) => run.figures[metric]);
    const sorted = values.filter((value) => value != null).sort((a, b) => rank(a) - rank(b));
    const value = sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : null;
    const range = sorted.length > 1 ? `, ${figure(sorted[0], field)} to ${figure(sorted[sorted.length - 1], field)} over ${values.length} runs` : "";
    return { value, text: figure(value, field), hover: `${[name, across && `${across} = ${column}`].filter(Boolean).join(", ")}: ${figure(value, field)}${range}` };
  }));
  return { title, corner: [down.length === 1 ? down[0] : "", across].filter(Boolean).join(" \\ "), columns, rows, cells };
}

function ofRuns(report: Report, said: HTMLElement): HTMLElement | null {
  const runs = report.runs.filter((run) => Object.keys(run.case).length), scenarios = distinct(runs.map((run) => run.scenario));
  if (!runs.length) return null;
  let chosen = 0, metric = Math.max(0, report.fields.findIndex((field) => field.key === "convergence_time_s"));
  const holder = el("div"), controls = el("div", { class: "controls" });
  const again = () => {
    const field = report.fields[metric], here = runs.filter((run) => run.scenario === scenarios[chosen]);
    const heats = distinct(here.map((run) => run.label)).map((label) => heatOf(label, here.filter((run) => run.label === label), field, metric));
    show(holder, heats, (value) => figure(value, field), said);
    controls.replaceChildren(...(scenarios.length > 1 ? [menu("scenario", scenarios, chosen, (i) => { chosen = i; again(); })] : []),
      menu("metric", report.fields.map((of) => `${of.name}${of.unit ? ` (${of.unit})` : ""}`), metric, (i) => { metric = i; again(); }));
  };
  again();
  return el("div", {}, el("p", { class: "note" }, "Medians over seeds, one map per protocol, all on one scale."), controls, holder);
}

const metricsOfMap: { name: (map: FaultMap) => string; of: (cell: MapCell) => Figure }[] = [
  { name: (map) => map.metric, of: (cell) => (cell.never ? "never" : cell.value) },
  { name: () => "convergence_time_s", of: (cell) => (cell.converged ? cell.convergence_time_s : "never") },
  { name: () => "missing", of: (cell) => cell.missing },
  { name: () => "client_latency_s.p99", of: (cell) => cell.client_p99_s },
];

function ofMaps(report: Report, said: HTMLElement): HTMLElement | null {
  const maps = report.maps;
  if (!maps.length) return null;
  const metrics = metricsOfMap.filter((metric, i) => i === 0 || metric.name(maps[0]) !== maps[0].metric);
  let metric = 0;
  const holder = el("div"), controls = el("div", { class: "controls" });
  const again = () => {
    const text = (value: Figure) => (finite(value) ? short(value) : value == null ? "–" : value);
    const heats = maps.map((map): Heat => ({
      title: `${map.scenario}, ${map.label}: ${metrics[metric].name(map)} after ${map.fault} of one ${map.rows_are} for ${short(map.lasts_s)} s`,
      corner: map.rows_are + " \\ begin", columns: map.times_s.map((at) => short(at) + " s"), rows: map.rows,
      cells: map.rows.map((row, y) => map.times_s.map((at, x): Cell => {
        const cell = map.cells[y * map.times_s.length + x], value = metrics[metric].of(cell);
        return { value, text: text(value), command: cell.command,
          hover: `${map.rows_are} ${row} at ${short(at)} s: ${text(value)}; missing ${cell.missing}${cell.converged ? "" : "; did not converge"}` };
      })),
    }));
    show(holder, heats, (value) => short(value), said);
    controls.replaceChildren(menu("metric", metrics.map((of) => of.name(maps[0])), metric, (i) => { metric = i; again(); }));
  };
  again();
  return el("div", {}, el("h3", {}, "Map of single faults"), el("p", { class: "note" }, "Every fault alone, the worst of the seeds. A click copies the command that runs a cell again."), controls, holder);
}

export function matrix(report: Report): HTMLElement | null {
  const said = el("p", { class: "note", role: "status" });
  const parts = [ofRuns(report, said), ofMaps(report, said)];
  return parts.some(Boolean) ? section("matrix", "Matrix", ...parts, said) : null;
}
