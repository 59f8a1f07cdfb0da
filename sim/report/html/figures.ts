// Sections 4 and 5: distributions over runs, and cost against latency.
import type { Field, Figure, Report, Run } from "./data";
import { caseText, chooseRun, colourOf, el, figure, finite, heading, hideTip, labelIndex, menu, onRedraw, section, short, showTip, svg } from "./dom";

interface Row { name: string; colour: string; runs: Run[] }

const most = 40; // rows of a picture; beyond, the cases of a matrix are taken together

function rowsOf(report: Report): Row[] {
  const several = new Set(report.runs.map((run) => run.scenario)).size > 1, together = report.bands.length > most;
  const rows = new Map<string, Row>();
  for (const run of report.runs) {
    const key = together ? run.scenario + "\n" + run.label : String(run.row);
    const name = [run.label, together ? "" : caseText(run.case)].filter(Boolean).join(", ") + (several ? ` (${run.scenario})` : "");
    const row = rows.get(key) ?? { name, colour: colourOf(labelIndex(report, run.label)), runs: [] };
    row.runs.push(run);
    rows.set(key, row);
  }
  return [...rows.values()];
}
const pooled = (report: Report): string => (report.bands.length > most ? " All cases of the matrix are taken together." : "");

function hover<E extends SVGElement>(element: E, text: string): E {
  element.append(svg("title", {}, text));
  element.addEventListener("mousemove", (event) => showTip(text, event.clientX, event.clientY));
  element.addEventListener("mouseleave", hideTip);
  return element;
}

function ticks(low: number, high: number, log: boolean): number[] {
  const out: number[] = [];
  if (log) {
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); ++e)
      for (const m of high / low > 30 ? [1] : [1, 2, 5]) if (m * 10 ** e >= low * 0.999 && m * 10 ** e <= high * 1.001) out.push(m * 10 ** e);
    return out.length > 1 ? out : [low, high];
  }
  const power = 10 ** Math.floor(Math.log10((high - low) / 4 || 1)), step = [1, 2, 5, 10].map((m) => m * power).find((w) => (high - low) / w <= 6)!;
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) out.push(v);
  return out;
}

class Scale {
  low: number;
  high: number;
  constructor(values: number[], readonly log: boolean, readonly from: number, readonly to: number) {
    const used = log ? values.filter((v) => v > 0) : values;
    this.low = used.reduce((a, b) => Math.min(a, b), used.length ? used[0] : log ? 0.1 : 0);
    this.high = used.reduce((a, b) => Math.max(a, b), used.length ? used[0] : 1);
    if (!log) {
      this.low = Math.min(0, this.low);
      this.high += 0.06 * (this.high - this.low); // room beside the outermost
    }
    if (this.high <= this.low) this.high = log ? this.low * 10 : this.low + 1;
  }
  at(v: number): number {
    const f = (x: number) => (this.log ? Math.log10(Math.max(x, this.low)) : x);
    return this.from + ((f(v) - f(this.low)) / (f(this.high) - f(this.low))) * (this.to - this.from);
  }
}

// "never" is later than all; NaN if there is nothing.
function median(figures: Figure[]): number {
  const sorted = figures.filter((v) => v != null).map((v) => (finite(v) ? v : Infinity)).sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : NaN;
}

const cut = (text: string, width: number): string => (text.length > width / 6.2 ? text.slice(0, Math.max(1, width / 6.2 - 1)) + "…" : text);

function picture(report: Report, rows: Row[], at: number, log: boolean, width: number): SVGElement {
  const field = report.fields[at], left = Math.min(230, width * 0.35), height = rows.length * 30 + 40, never = width - 30;
  const all = rows.flatMap((row) => row.runs.map((run) => run.figures[at])), nevers = all.includes("never");
  const x = new Scale(all.filter(finite).map((v) => v * field.scale), log, left + 6, width - (nevers ? 70 : 20));
  const plot = svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${field.name} of each run` });
  for (const v of ticks(x.low, x.high, log))
    plot.append(svg("line", { class: "axis", x1: x.at(v), x2: x.at(v), y1: 6, y2: height - 30, "stroke-opacity": 0.3 }),
      svg("text", { x: x.at(v), y: height - 14, "text-anchor": "middle" }, short(v)));
  if (nevers) plot.append(svg("text", { x: never, y: height - 14, "text-anchor": "middle" }, "never"));
  rows.forEach((row, index) => {
    const y = 20 + index * 30;
    plot.append(hover(svg("text", { x: 0, y: y + 4 }, cut(row.name, left)), row.name));
    row.runs.forEach((run, i) => {
      const value = run.figures[at];
      if (value == null) return;
      const circle = svg("circle", { cx: finite(value) ? x.at(value * field.scale) : never, cy: y + ((i * 7) % 13) - 6, r: 3.5,
        fill: run.converged === false ? "none" : row.colour, stroke: row.colour, "fill-opacity": 0.6, class: run.curves ? "link" : "" });
      if (run.curves) circle.addEventListener("click", () => chooseRun(run.id));
      plot.append(hover(circle, `${row.name}, seed ${run.seed}: ${figure(value, field)}${run.curves ? "\nclick: its curves" : ""}`));
    });
    const middle = median(row.runs.map((run) => run.figures[at]));
    const place = Number.isFinite(middle) ? x.at(middle * field.scale) : never;
    if (!Number.isNaN(middle)) plot.append(svg("line", { x1: place, x2: place, y1: y - 11, y2: y + 11, stroke: row.colour, "stroke-width": 3 }));
  });
  return plot;
}

export function distributions(report: Report): HTMLElement | null {
  const keys = ["convergence_time_s", "delivery_latency_s_p50", "delivery_latency_s_p99", "client_latency_s_p50", "client_latency_s_p99", "everywhere_latency_s_p99", "divergence_s"];
  const fields = keys.map((key) => report.fields.findIndex((f) => f.key === key)).filter((i) => i >= 0);
  if (!fields.length) return null;
  const rows = rowsOf(report);
  let chosen = 0, log = false;
  const holder = el("div"), box = el("input", { type: "checkbox" }) as HTMLInputElement;
  const show = () => holder.replaceChildren(picture(report, rows, fields[chosen], log, Math.max(300, holder.clientWidth || 900)));
  box.addEventListener("change", () => { log = box.checked; show(); });
  onRedraw(show);
  return section("distributions", "Distributions", el("p", { class: "note" }, "One circle per run, a bar at the median; hollow: the run did not converge. A click shows a run's curves." + pooled(report)),
    el("div", { class: "controls" }, menu("figure", fields.map((f) => `${report.fields[f].name} (${heading(report.fields[f])})`), chosen, (i) => { chosen = i; show(); }),
      el("label", {}, box, " logarithmic")), holder);
}

interface Point { name: string; colour: string; x: number; y: number; whole: boolean }

function axes(plot: SVGElement, x: Scale, y: Scale, fx: Field, fy: Field, width: number, height: number): void {
  for (const v of ticks(x.low, x.high, false))
    plot.append(svg("line", { class: "axis", x1: x.at(v), x2: x.at(v), y1: 16, y2: height - 46, "stroke-opacity": 0.25 }), svg("text", { x: x.at(v), y: height - 30, "text-anchor": "middle" }, short(v)));
  for (const v of ticks(y.low, y.high, false))
    plot.append(svg("line", { class: "axis", x1: 60, x2: width - 20, y1: y.at(v), y2: y.at(v), "stroke-opacity": 0.25 }), svg("text", { x: 54, y: y.at(v) + 4, "text-anchor": "end" }, short(v)));
  plot.append(svg("text", { x: width / 2, y: height - 8, "text-anchor": "middle" }, `${heading(fx)} (${fx.name})`),
    svg("text", { x: 14, y: height / 2, transform: `rotate(-90 14 ${height / 2})`, "text-anchor": "middle" }, heading(fy)));
}

function scatter(points: Point[], fx: Field, fy: Field, width: number): SVGElement {
  const height = 340, x = new Scale(points.map((p) => p.x), false, 60, width - 20), y = new Scale(points.map((p) => p.y), false, height - 46, 16);
  const plot = svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${fy.name} over ${fx.name}` });
  axes(plot, x, y, fx, fy, width, height);
  const beaten = (p: Point) => points.some((q) => q.whole && q.x <= p.x && q.y <= p.y && (q.x < p.x || q.y < p.y));
  const front = points.filter((p) => p.whole && !beaten(p)).sort((a, b) => a.x - b.x);
  if (front.length > 1) plot.append(svg("polyline", { points: front.map((p) => `${x.at(p.x)},${y.at(p.y)}`).join(" "), fill: "none", stroke: "#888", "stroke-dasharray": "5 4" }));
  for (const p of points)
    plot.append(hover(svg("circle", { cx: x.at(p.x), cy: y.at(p.y), r: 6, fill: p.whole ? p.colour : "none", stroke: p.colour, "stroke-width": 2 }), `${p.name}\n${heading(fx)}: ${short(p.x)}\n${heading(fy)}: ${short(p.y)}`));
  if (points.length <= 12) plot.append(...names(points, x, y, width, height));
  return plot;
}

// The names of points beside them, moved up or down where they would lie on each other or on a point.
function names(points: Point[], x: Scale, y: Scale, width: number, height: number): SVGElement[] {
  const taken = points.map((p) => ({ left: x.at(p.x) - 7, right: x.at(p.x) + 7, y: y.at(p.y) }));
  return points.map((p) => {
    const text = cut(p.name, width * 0.45), leftwards = x.at(p.x) > width * 0.55, length = text.length * 6.2;
    const left = leftwards ? x.at(p.x) - 10 - length : x.at(p.x) + 10;
    const free = (at: number) => at > 12 && at < height - 50 && !taken.some((box) => box.left < left + length && box.right > left && Math.abs(box.y - at) < 13);
    const place = [0, 14, -14, 28, -28, 42, -42].map((by) => y.at(p.y) + by).find(free) ?? y.at(p.y);
    taken.push({ left, right: left + length, y: place });
    return svg("text", { x: leftwards ? left + length : left, y: place + 4, "text-anchor": leftwards ? "end" : "start" }, text);
  });
}

export function frontier(report: Report): HTMLElement | null {
  const find = (keys: string[]) => keys.map((key) => report.fields.findIndex((f) => f.key === key)).find((i) => i >= 0) ?? -1;
  const xi = find(["messages_per_op"]), yi = find(["everywhere_latency_s_p50", "delivery_latency_s_p50"]);
  if (xi < 0 || yi < 0) return null;
  const fx = report.fields[xi], fy = report.fields[yi];
  const middle = (row: Row, at: number) => median(row.runs.map((run) => run.figures[at]));
  const all = rowsOf(report).map((row): Point => ({ name: row.name, colour: row.colour, x: middle(row, xi) * fx.scale, y: middle(row, yi) * fy.scale, whole: row.runs.every((run) => run.converged !== false) }));
  const points = all.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y)), absent = all.filter((p) => p.y === Infinity).map((p) => p.name);
  if (!points.length) return null;
  const holder = el("div");
  onRedraw(() => holder.replaceChildren(scatter(points, fx, fy, Math.max(320, Math.min(720, holder.clientWidth || 720)))));
  return section("frontier", "Cost against latency",
    el("p", { class: "note" }, `Medians. ${fy.name}: ${fy.meaning}. Hollow: not every run converged. Dashed: the rows that no other beats in both.${absent.length ? ` Never everywhere, so not in the picture: ${absent.join(", ")}.` : ""}${pooled(report)}`), holder);
}
