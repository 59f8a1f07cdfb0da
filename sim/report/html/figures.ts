// Sections 4 and 5: distributions over runs, and cost against latency.
import type { Report, Run } from "./data";
import { caseText, colourOf, el, figure, finite, heading, hideTip, menu, onRedraw, section, short, showTip, svg } from "./dom";

const rowName = (report: Report, run: Run): string => [run.label, caseText(run.case)].filter(Boolean).join(", ") + (new Set(report.runs.map((r) => r.scenario)).size > 1 ? ` (${run.scenario})` : "");
const rowsOf = (report: Report): Run[][] => report.bands.map((_, row) => report.runs.filter((run) => run.row === row)).filter((runs) => runs.length);

function hover(element: SVGElement, text: string): SVGElement {
  element.append(svg("title", {}, text));
  element.addEventListener("mousemove", (event) => showTip(text, (event as MouseEvent).clientX, (event as MouseEvent).clientY));
  element.addEventListener("mouseleave", hideTip);
  return element;
}

function ticks(low: number, high: number, log: boolean): number[] {
  if (log) { const out = []; for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); ++e) if (10 ** e >= low * 0.999 && 10 ** e <= high * 1.001) out.push(10 ** e); return out.length > 1 ? out : [low, high]; }
  const step = 10 ** Math.floor(Math.log10((high - low) / 4 || 1)), width = [1, 2, 5, 10].map((m) => m * step).find((w) => (high - low) / w <= 6)!;
  const out = []; for (let v = Math.ceil(low / width) * width; v <= high + width * 1e-9; v += width) out.push(v); return out;
}

class Scale {
  low: number; high: number;
  constructor(values: number[], public log: boolean, public from: number, public to: number) {
    const used = log ? values.filter((v) => v > 0) : values;
    this.low = used.length ? Math.min(...used) : log ? 0.1 : 0; this.high = used.length ? Math.max(...used) : 1;
    if (!log) this.low = Math.min(0, this.low);
    if (!log) this.high += 0.06 * (this.high - this.low); // room beside the outermost
    if (this.high <= this.low) this.high = log ? this.low * 10 : this.low + 1;
  }
  at(v: number): number { const f = (x: number) => (this.log ? Math.log10(Math.max(x, this.low)) : x); return this.from + ((f(v) - f(this.low)) / (f(this.high) - f(this.low))) * (this.to - this.from); }
}

export function distributions(report: Report): HTMLElement | null {
  const keys = ["convergence_time_s", "delivery_latency_s_p50", "delivery_latency_s_p99", "client_latency_s_p50", "client_latency_s_p99", "everywhere_latency_s_p99", "divergence_s"];
  const fields = keys.map((key) => report.fields.findIndex((f) => f.key === key)).filter((i) => i >= 0);
  if (!fields.length) return null;
  let chosen = 0, log = false;
  const holder = el("div"), controls = el("div", { class: "controls" });
  const show = () => {
    const field = report.fields[fields[chosen]], rows = rowsOf(report), width = Math.max(300, holder.clientWidth || 900), left = Math.min(230, width * 0.35);
    const all = rows.flat().map((run) => run.figures[fields[chosen]]).filter(finite).map((v) => v * field.scale);
    const x = new Scale(all, log, left, width - 70), height = rows.length * 30 + 40, never = width - 30;
    const plot = svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${field.name} of each run` });
    for (const v of ticks(x.low, x.high, log)) plot.append(svg("line", { class: "axis", x1: x.at(v), x2: x.at(v), y1: 6, y2: height - 30, "stroke-opacity": 0.3 }), svg("text", { x: x.at(v), y: height - 14, "text-anchor": "middle" }, short(v)));
    if (rows.flat().some((run) => run.figures[fields[chosen]] === "never")) plot.append(svg("text", { x: never, y: height - 14, "text-anchor": "middle" }, "never"));
    rows.forEach((runs, index) => {
      const y = 20 + index * 30, name = rowName(report, runs[0]);
      plot.append(svg("text", { x: 0, y: y + 4 }, name.length > left / 6.2 ? name.slice(0, left / 6.2 - 1) + "…" : name));
      const sorted = runs.map((run) => run.figures[fields[chosen]]).filter((v) => v != null).map((v) => (finite(v) ? v * field.scale : Infinity)).sort((a, b) => a - b);
      const median = sorted.length ? (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2 : NaN;
      runs.forEach((run, i) => { const value = run.figures[fields[chosen]]; if (value == null) return;
        plot.append(hover(svg("circle", { cx: finite(value) ? x.at(value * field.scale) : never, cy: y + ((i * 7) % 13) - 6, r: 3.5, fill: run.converged === false ? "none" : colourOf(index), stroke: colourOf(index), "fill-opacity": 0.6 }), `${name}, seed ${run.seed}: ${figure(value, field)}`)); });
      if (Number.isFinite(median)) plot.append(svg("line", { x1: x.at(median), x2: x.at(median), y1: y - 11, y2: y + 11, stroke: colourOf(index), "stroke-width": 3 }));
    });
    holder.replaceChildren(plot);
    const box = el("input", { type: "checkbox" }) as HTMLInputElement; box.checked = log; box.addEventListener("change", () => { log = box.checked; show(); });
    controls.replaceChildren(menu("figure", fields.map((f) => `${report.fields[f].name} (${heading(report.fields[f])})`), chosen, (i) => { chosen = i; show(); }), el("label", {}, box, " logarithmic"));
  };
  onRedraw(show);
  return section("distributions", "Distributions", el("p", { class: "note" }, "One circle per run, a bar at the median; hollow: the run did not converge."), controls, holder);
}

export function frontier(report: Report): HTMLElement | null {
  const find = (keys: string[]) => keys.map((key) => report.fields.findIndex((f) => f.key === key)).find((i) => i >= 0) ?? -1;
  const xi = find(["messages_per_op"]), yi = find(["everywhere_latency_s_p50", "on_all_s_p50", "stable_latency_s_p50", "delivery_latency_s_p50"]);
  if (xi < 0 || yi < 0) return null;
  const fx = report.fields[xi], fy = report.fields[yi];
  const points = rowsOf(report).map((runs, index) => { const mid = (f: number) => { const s = runs.map((r) => r.figures[f]).filter(finite).sort((a, b) => a - b); return s.length ? s[Math.floor(s.length / 2)] : NaN; };
    return { index, name: rowName(report, runs[0]), x: mid(xi) * fx.scale, y: mid(yi) * fy.scale, whole: runs.every((r) => r.converged !== false) }; }).filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  if (!points.length) return null;
  const holder = el("div"), width = 640, height = 340;
  const x = new Scale(points.map((p) => p.x), false, 60, width - 20), y = new Scale(points.map((p) => p.y), false, height - 46, 16);
  const plot = svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${fy.name} over ${fx.name}` });
  for (const v of ticks(x.low, x.high, false)) plot.append(svg("line", { class: "axis", x1: x.at(v), x2: x.at(v), y1: 16, y2: height - 46, "stroke-opacity": 0.25 }), svg("text", { x: x.at(v), y: height - 30, "text-anchor": "middle" }, short(v)));
  for (const v of ticks(y.low, y.high, false)) plot.append(svg("line", { class: "axis", x1: 60, x2: width - 20, y1: y.at(v), y2: y.at(v), "stroke-opacity": 0.25 }), svg("text", { x: 54, y: y.at(v) + 4, "text-anchor": "end" }, short(v)));
  plot.append(svg("text", { x: width / 2, y: height - 8, "text-anchor": "middle" }, `${heading(fx)} (${fx.name})`), svg("text", { x: 14, y: height / 2, transform: `rotate(-90 14 ${height / 2})`, "text-anchor": "middle" }, heading(fy)));
  const front = points.filter((p) => p.whole && !points.some((q) => q.whole && q.x <= p.x && q.y <= p.y && (q.x < p.x || q.y < p.y))).sort((a, b) => a.x - b.x);
  if (front.length > 1) plot.append(svg("polyline", { points: front.map((p) => `${x.at(p.x)},${y.at(p.y)}`).join(" "), fill: "none", stroke: "#888", "stroke-dasharray": "5 4" }));
  for (const p of points) plot.append(hover(svg("circle", { cx: x.at(p.x), cy: y.at(p.y), r: 6, fill: p.whole ? colourOf(p.index) : "none", stroke: colourOf(p.index), "stroke-width": 2 }), `${p.name}\n${heading(fx)}: ${short(p.x)}\n${heading(fy)}: ${short(p.y)}`));
  if (points.length <= 12) for (const p of points) plot.append(svg("text", { x: x.at(p.x) + (x.at(p.x) > width * 0.6 ? -10 : 10), y: y.at(p.y) + 4, "text-anchor": x.at(p.x) > width * 0.6 ? "end" : "start" }, p.name.slice(0, 48)));
  holder.append(plot);
  return section("frontier", "Cost against latency", el("p", { class: "note" }, `Medians over the runs that have a figure. ${fy.name}: ${fy.meaning}. Hollow: not every run converged. Dashed: the rows that no other beats in both.`), holder);
}
