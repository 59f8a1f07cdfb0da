// Section 3: curves over simulated time with one cursor, bands over seeds, and what the faults did.
import uPlot from "./vendor/uPlot.js";
import type { Bands, CurveName, Fault, Report, Run } from "./data";
import { caseText, choices, colourOf, dashes, el, faint, hideTip, ink, labelIndex, menu, muted, onChosenRun, onRedraw, section, short, showTip, svg } from "./dom";
import { faultText } from "./faults";

interface Chart { name: CurveName; title: string; scale: number }
const charts: Chart[] = [
  { name: "present", title: "share of (write, node) pairs present", scale: 1 },
  { name: "distinct_states", title: "distinct states among live nodes", scale: 1 },
  { name: "messages_per_s", title: "messages per second", scale: 1 },
  { name: "bytes_per_s", title: "bytes per second", scale: 1 },
  { name: "client_latency_s", title: "client latency, ms (mean of what was answered)", scale: 1000 },
  { name: "views", title: "distinct views of the members", scale: 1 },
];

type Values = (number | null)[];
interface Line { label: string; index: number; t: number[]; values: Map<CurveName, { middle: Values; low?: Values; high?: Values }> }

const scaled = (values: Values, by: number): Values => (by === 1 ? values : values.map((value) => (value == null ? null : value * by)));

function bandLine(band: Bands, label: string, index: number): Line {
  const values: Line["values"] = new Map();
  for (const { name, scale } of charts) {
    const of = band[name];
    if (of) values.set(name, { middle: scaled(of.median, scale), low: scaled(of.p5, scale), high: scaled(of.p95, scale) });
  }
  return { label, index, t: band.t, values };
}

function runLine(run: Run, index: number): Line {
  const values: Line["values"] = new Map();
  for (const { name, scale } of charts) {
    const of = run.curves![name];
    if (of) values.set(name, { middle: scaled(of, scale) });
  }
  return { label: run.label, index, t: run.curves!.t, values };
}

// What the lines are at an instant, and what is broken then.
function textAt(chart: Chart, lines: Line[], faults: Fault[], at: number, slack: number): string {
  const values = lines.map((line) => {
    const of = line.values.get(chart.name)!;
    let i = 0;
    while (i + 1 < line.t.length && line.t[i + 1] <= at) ++i;
    while (i > 0 && of.middle[i] == null) --i;
    const middle = of.middle[i], low = of.low?.[i], high = of.high?.[i];
    return `${line.label}: ${middle == null ? "–" : short(middle)}${low != null && high != null && low !== high ? ` (${short(low)} to ${short(high)})` : ""}`;
  });
  const broken = faults.filter((fault) => at >= fault.at - slack && at <= (fault.until ?? Infinity) + slack).map(faultText);
  return [`${short(at)} s`, ...values, ...broken].join("\n");
}

function shade(u: uPlot, faults: Fault[]): void {
  for (const fault of faults) {
    const left = Math.max(u.valToPos(fault.at, "x", true), u.bbox.left);
    const right = Math.min(u.valToPos(fault.until ?? u.scales.x.max, "x", true), u.bbox.left + u.bbox.width);
    if (right < left) continue;
    u.ctx.fillStyle = "rgba(200,150,40,0.18)";
    u.ctx.fillRect(left, u.bbox.top, Math.max(1.5, right - left), u.bbox.height);
  }
}

function draw(holder: HTMLElement, chart: Chart, lines: Line[], faults: Fault[]): uPlot {
  const of = lines.filter((line) => line.values.has(chart.name));
  const series: object[] = [{ label: "s" }], bands: object[] = [], tables: unknown[][] = [];
  for (const line of of) {
    const colour = colourOf(line.index), at = series.length, { middle, low, high } = line.values.get(chart.name)!;
    series.push({ label: line.label, stroke: colour, width: 2, dash: dashes[line.index % dashes.length], spanGaps: true, points: { show: false } });
    tables.push(low ? [line.t, middle, low, high!] : [line.t, middle]);
    if (!low) continue;
    const edge = { stroke: "transparent", points: { show: false }, spanGaps: true };
    series.push(edge, edge);
    bands.push({ series: [at + 2, at + 1], fill: colour + "30" });
  }
  const axis = { stroke: ink(), grid: { stroke: faint(), width: 1 }, ticks: { stroke: muted(), width: 1 }, font: "11px system-ui" };
  const plot = new uPlot({
    title: chart.title, width: Math.max(240, holder.clientWidth), height: 230, series, bands, legend: { show: false },
    scales: { x: { time: false }, y: chart.name === "present" ? { range: [0, 1.02] } : { range: (_: unknown, __: number, high: number) => [0, (high || 1) * 1.05] } },
    axes: [axis, { ...axis, size: 58, values: (_: unknown, ticks: number[]) => ticks.map(short) }],
    cursor: { sync: { key: "hearsay" }, drag: { x: true, y: false }, points: { size: 6 } },
    hooks: { drawClear: [(u: uPlot) => shade(u, faults)] },
  }, uPlot.join(tables as never), holder);
  plot.over.addEventListener("mousemove", (event: MouseEvent) => {
    const at = plot.posToVal(event.offsetX, "x"), slack = plot.posToVal(event.offsetX + 3, "x") - at;
    showTip(textAt(chart, of, faults, at, slack), event.clientX, event.clientY);
  });
  plot.over.addEventListener("mouseleave", hideTip);
  return plot;
}

function legend(line: Line): HTMLElement {
  const stroke = svg("line", { x1: 0, y1: 4, x2: 26, y2: 4, stroke: colourOf(line.index), "stroke-width": 3, "stroke-dasharray": dashes[line.index % dashes.length].join(" ") });
  return el("span", { class: "key" }, svg("svg", { width: 26, height: 8, "aria-hidden": "true" }, stroke), line.label);
}

class Curves {
  readonly charts = el("div", { class: "charts" });
  readonly legend = el("div");
  readonly controls = el("div", { class: "controls" });
  readonly faults = el("ul", { class: "note" });
  private chosen = 0; // case
  private seed = 0; // 0: all; otherwise the seed before it
  private plots: uPlot[] = [];
  private readonly cases: string[];

  constructor(private readonly report: Report, private readonly rows: Map<string, number[]>) {
    this.cases = [...rows.keys()];
    onChosenRun((id) => this.choose(id));
    onRedraw(() => this.show());
  }

  private runs(): Run[] {
    const group = this.rows.get(this.cases[this.chosen])!;
    return this.report.runs.filter((run) => group.includes(run.row) && run.curves);
  }
  private seeds(): string[] {
    return [...new Set(this.runs().map((run) => run.seed))];
  }
  private choose(id: number): void {
    const run = this.report.runs.find((of) => of.id === id)!;
    const found = this.cases.findIndex((name) => this.rows.get(name)!.includes(run.row));
    if (found < 0 || !run.curves) return;
    this.chosen = found;
    this.seed = this.seeds().length > 1 ? this.seeds().indexOf(run.seed) + 1 : 0;
    this.show();
    this.controls.scrollIntoView({ block: "start" });
  }

  private show(): void {
    const group = this.rows.get(this.cases[this.chosen])!, all = this.runs(), seeds = this.seeds(), report = this.report;
    const single = this.seed > 0 ? all.filter((run) => run.seed === seeds[this.seed - 1]) : null;
    const lines = single ? single.map((run) => runLine(run, labelIndex(report, run.label)))
      : group.map((row) => {
        const label = report.runs[report.bands[row]!.first_run].label;
        return bandLine(report.bands[row]!, label, labelIndex(report, label));
      });
    const faults = (single ? single[0] : report.runs[report.bands[group[0]]!.first_run]).faults ?? [];
    this.controls.replaceChildren(
      ...(this.cases.length > 1 ? [menu("case", this.cases, this.chosen, (i) => { this.chosen = i; this.seed = 0; this.show(); })] : []),
      ...(seeds.length > 1 ? [choices("show", ["median and 5 to 95 % of all seeds", ...seeds.map((s) => "seed " + s)], this.seed, (i) => { this.seed = i; this.show(); })] : []));
    this.legend.replaceChildren(...lines.map(legend));
    this.plots.forEach((plot) => plot.destroy());
    const drawn = charts.filter((chart) => lines.some((line) => line.values.has(chart.name)));
    const holders = drawn.map((chart) => el("div", { class: "chart", role: "img", "aria-label": `${chart.title}, over simulated seconds` }));
    this.charts.replaceChildren(...holders);
    this.plots = drawn.map((chart, index) => draw(holders[index], chart, lines, faults));
    this.faults.replaceChildren(...faults.slice(0, 50).map((fault) => el("li", {}, faultText(fault).replace(/\n/g, "; "))),
      faults.length > 50 ? el("li", {}, `and ${faults.length - 50} more`) : "");
  }
}

export function curves(report: Report): HTMLElement | null {
  const rows = new Map<string, number[]>();
  report.bands.forEach((band, row) => {
    if (!band) return;
    const run = report.runs[band.first_run], name = [run.scenario, caseText(run.case)].filter(Boolean).join(": ");
    rows.set(name, [...(rows.get(name) ?? []), row]);
  });
  if (!rows.size) return null;
  const made = new Curves(report, rows);
  return section("curves", "Over time",
    el("p", { class: "note" }, `Simulated seconds. Shaded: faults, those of the first seed or of the seed that is shown; hover says what they did. Drag to zoom, double-click to zoom out. Thinned: each of at most ${report.buckets} spans of a run, 250 of a band, keeps its least and its greatest value.`),
    made.controls, made.legend, made.charts, el("details", {}, el("summary", {}, "What each fault did"), made.faults));
}
