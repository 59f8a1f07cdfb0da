// Section 3: curves over simulated time with one cursor, bands over seeds, and what the faults did.
import uPlot from "./vendor/uPlot.js";
import type { Bands, CurveName, Fault, Report, Run } from "./data";
import { caseText, colourOf, dashes, el, faint, hideTip, ink, menu, muted, onRedraw, section, short, showTip, svg } from "./dom";

const titles: Record<CurveName, string> = { present: "share of (write, node) pairs present", distinct_states: "distinct states among live nodes", messages_per_s: "messages per second", bytes_per_s: "bytes per second" };

export function faultText(fault: Fault): string {
  const counts = Object.entries(fault).filter(([name, value]) => typeof value === "number" && value > 0 && name !== "at" && name !== "until").map(([name, value]) => `${name} ${value}`);
  return `${fault.text ? `${fault.verb}: ${fault.text}` : fault.verb}\n${short(fault.at)} s to ${fault.until == null ? "the end" : short(fault.until) + " s"}` +
    (fault.nodes?.length ? `\nnodes ${fault.nodes.slice(0, 30).join(", ")}${fault.nodes.length > 30 ? ", …" : ""}` : "") + `\n${counts.join(", ") || "touched nothing"}`;
}

interface Line { label: string; index: number; t: number[]; values: Record<CurveName, { median: (number | null)[]; low?: (number | null)[]; high?: (number | null)[] }> }

const bandLine = (band: Bands, label: string, index: number): Line => ({ label, index, t: band.t,
  values: Object.fromEntries(Object.keys(titles).map((name) => { const of = band[name as CurveName]; return [name, { median: of.median, low: of.p5, high: of.p95 }]; })) as Line["values"] });

const runLine = (run: Run, index: number): Line => ({ label: run.label, index, t: run.curves!.t,
  values: Object.fromEntries(Object.keys(titles).map((name) => [name, { median: run.curves![name as CurveName] }])) as Line["values"] });

function draw(holder: HTMLElement, name: CurveName, lines: Line[], faults: Fault[]): uPlot {
  const tables = lines.map((line) => { const v = line.values[name]; return v.low ? [line.t, v.median, v.low, v.high] : [line.t, v.median]; });
  const series: object[] = [{ label: "s" }], bands: object[] = [];
  for (const line of lines) {
    const colour = colourOf(line.index), at = series.length;
    series.push({ label: line.label, stroke: colour, width: 2, dash: dashes[line.index % dashes.length], spanGaps: true, points: { show: false } });
    if (line.values[name].low) {
      series.push({ stroke: "transparent", points: { show: false }, spanGaps: true }, { stroke: "transparent", points: { show: false }, spanGaps: true });
      bands.push({ series: [at + 2, at + 1], fill: colour + "30" });
    }
  }
  const axis = { stroke: ink(), grid: { stroke: faint(), width: 1 }, ticks: { stroke: muted(), width: 1 }, font: "11px system-ui" };
  const plot = new uPlot({ title: titles[name], width: Math.max(240, holder.clientWidth), height: 230, series, bands, legend: { show: false },
    scales: { x: { time: false }, y: name === "present" ? { range: [0, 1.02] } : { range: (_: unknown, __: number, high: number) => [0, (high || 1) * 1.05] } },
    axes: [axis, { ...axis, size: 58, values: (_: unknown, ticks: number[]) => ticks.map(short) }],
    cursor: { sync: { key: "hearsay" }, drag: { x: true, y: false }, points: { size: 6 } },
    hooks: {
      drawClear: [(u: uPlot) => { for (const fault of faults) { const x = u.valToPos(fault.at, "x", true), end = u.valToPos(fault.until ?? u.scales.x.max, "x", true);
        const left = Math.max(x, u.bbox.left), right = Math.min(end, u.bbox.left + u.bbox.width); if (right < left) continue;
        u.ctx.fillStyle = "rgba(200,150,40,0.18)"; u.ctx.fillRect(left, u.bbox.top, Math.max(1.5, right - left), u.bbox.height); } }],
    } }, uPlot.join(tables as never), holder);
  plot.over.addEventListener("mousemove", (event: MouseEvent) => {
    const at = plot.posToVal(event.offsetX, "x"), index = plot.cursor.idx;
    const values = index == null ? [] : lines.map((line) => { let i = 0; while (i + 1 < line.t.length && line.t[i + 1] <= at) ++i; const v = line.values[name], m = v.median[i];
      return `${line.label}: ${m == null ? "–" : short(m)}${v.low && v.low[i] != null && v.low[i] !== v.high![i] ? ` (${short(v.low[i]!)} to ${short(v.high![i]!)})` : ""}`; });
    const here = faults.filter((f) => at >= f.at && at <= (f.until ?? Infinity)).map(faultText);
    showTip([`${short(at)} s`, ...values, ...here].join("\n"), event.clientX, event.clientY);
  });
  plot.over.addEventListener("mouseleave", hideTip);
  return plot;
}

export function curves(report: Report): HTMLElement | null {
  const rows = new Map<string, number[]>();
  report.bands.forEach((band, row) => { if (band) { const run = report.runs[band.first_run]; const key = [run.scenario, caseText(run.case)].filter(Boolean).join(": "); rows.set(key, [...(rows.get(key) ?? []), row]); } });
  if (!rows.size) return null;
  const keys = [...rows.keys()];
  let chosen = 0, seed = 0;
  const charts = el("div", { class: "charts" }), legend = el("div"), controls = el("div", { class: "controls" }), list = el("ul", { class: "note" });
  let plots: uPlot[] = [];
  const show = () => {
    const group = rows.get(keys[chosen])!, all = report.runs.filter((run) => group.includes(run.row) && run.curves);
    const seeds = [...new Set(all.map((run) => run.seed))];
    if (seed > seeds.length) seed = 0;
    const lines = seed === 0 ? group.map((row, index) => bandLine(report.bands[row]!, report.runs[report.bands[row]!.first_run].label, index))
      : all.filter((run) => run.seed === seeds[seed - 1]).map((run) => runLine(run, group.indexOf(run.row)));
    const first = seed === 0 ? report.runs[report.bands[group[0]]!.first_run] : all.find((run) => run.seed === seeds[seed - 1])!;
    const faults = first.faults ?? [];
    controls.replaceChildren(...(keys.length > 1 ? [menu("case", keys, chosen, (i) => { chosen = i; seed = 0; show(); })] : []),
      ...(seeds.length > 1 ? [menu("show", ["median and 5 to 95 % over seeds", ...seeds.map((s) => "seed " + s)], seed, (i) => { seed = i; show(); })] : []));
    legend.replaceChildren(...lines.map((line) => el("span", { class: "key" }, svg("svg", { width: 26, height: 8, "aria-hidden": "true" }, svg("line", { x1: 0, y1: 4, x2: 26, y2: 4, stroke: colourOf(line.index), "stroke-width": 3, "stroke-dasharray": dashes[line.index % dashes.length].join(" ") })), line.label)));
    plots.forEach((plot) => plot.destroy());
    const names = Object.keys(titles) as CurveName[];
    const holders = names.map((name) => el("div", { class: "chart", role: "img", "aria-label": `${titles[name]} over simulated seconds` }));
    charts.replaceChildren(...holders);
    plots = names.map((name, index) => draw(holders[index], name, lines, faults));
    list.replaceChildren(...faults.slice(0, 12).map((fault) => el("li", {}, faultText(fault).replace(/\n/g, "; "))));
  };
  onRedraw(show);
  return section("curves", "Over time", el("p", { class: "note" }, `Simulated seconds. Shaded: faults (of the first seed, or of the seed that is shown). Drag to zoom, double-click to zoom out. Thinned: each of at most ${report.buckets} spans of a run, 250 of a band, keeps its least and its greatest value.`),
    controls, legend, charts, el("details", {}, el("summary", {}, "What each fault did"), list));
}
