// Section 8: the space-time diagram (Lamport 1978) of one run: nodes down, time across, a line per message.
import type { Inside, Report } from "./data";
import { colours, dark, el, faint, hideTip, ink, menu, muted, onRedraw, section, showTip } from "./dom";

const seconds = (us: number): string => (us / 1e6).toFixed(6).replace(/\.?0+$/, "") + " s";
const left = 52, top = 22;
const full = 30_000; // lines of a picture at rest

class Diagram {
  readonly canvas = el("canvas", { class: "space", tabindex: "0", role: "application", "aria-label": "space-time diagram: arrows pan, plus and minus zoom, Home shows all, n and p choose the next and previous message" }) as HTMLCanvasElement;
  readonly said = el("p", { class: "note", role: "status" });
  private sent: Float64Array; private ended: Float64Array; private longest = 0;
  private down: [node: number, from: number, to: number, kind: string][] = [];
  private applied: { at: number; node: number; write: number; by: number }[] = [];
  private from: number; private to: number; private chosen = -1; private lit: Uint8Array | null = null;
  private kind = -1; private node = -1; private write = -1; private pending = false;
  private lines = 8000; private last = 0; private rest = 0; // lines drawn while it moves, the frame before, the timer of the full picture
  frame = 0; // ms that the last drawing took
  constructor(readonly data: Inside) {
    const m = data.messages, n = m.sent.length;
    this.sent = new Float64Array(n); this.ended = new Float64Array(n);
    for (let i = 0, at = data.from_us; i < n; ++i) { at += m.sent[i]; this.sent[i] = at; this.ended[i] = m.flight[i] < 0 ? data.to_us : at + m.flight[i]; this.longest = Math.max(this.longest, this.ended[i] - at); }
    for (let i = 0, at = data.from_us; i < data.applied.at.length; ++i) { at += data.applied.at[i]; this.applied.push({ at, node: data.applied.node[i], write: data.applied.write[i], by: data.applied.by[i] }); }
    const open = new Map<number, [number, string]>();
    for (const [at, node, kind] of data.marks) {
      const before = open.get(node); if (before) { this.down.push([node, before[0], at, before[1]]); open.delete(node); }
      if (kind === "crash" || kind === "pause" || kind === "leave") open.set(node, [at, kind]);
    }
    for (const [node, [at, kind]] of open) this.down.push([node, at, data.end_us, kind]);
    const span = Math.min(data.to_us - data.from_us, Math.max(50_000, 200 * (data.to_us - data.from_us) / Math.max(1, n / data.nodes)));
    this.from = Math.max(data.from_us, data.focus_us - span / 4); this.to = Math.min(data.to_us, this.from + span);
    if (!(this.to > this.from)) { this.from = data.from_us; this.to = data.to_us || 1; }
    if (data.write != null) this.light(data.write);
    this.listen();
  }
  private x(us: number): number { return left + ((us - this.from) / (this.to - this.from)) * (this.canvas.clientWidth - left - 8); }
  private time(x: number): number { return this.from + ((x - left) / (this.canvas.clientWidth - left - 8)) * (this.to - this.from); }
  private y(node: number): number { return top + ((node + 0.5) / this.data.nodes) * (this.canvas.clientHeight - top - 8); }
  private first(us: number): number { let a = 0, b = this.sent.length; while (a < b) { const c = (a + b) >> 1; if (this.sent[c] < us) a = c + 1; else b = c; } return a; }
  private shown(i: number): boolean { const m = this.data.messages; return (this.kind < 0 || m.kind[i] === this.kind) && (this.node < 0 || m.from[i] === this.node || m.to[i] === this.node); }
  again(): void { if (!this.pending) { this.pending = true; requestAnimationFrame((at) => { this.pending = false; this.move60(at); }); } }
  // While it moves, as many lines as let frames follow each other in time; at rest, all that the screen can show.
  private move60(at: number): void {
    const apart = at - this.last;
    if (apart < 300) this.lines = Math.round(Math.min(full, Math.max(300, this.lines * (apart > 20 ? 0.6 : 1.15))));
    this.last = at;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.draw(), 200);
    this.draw(this.lines);
  }
  draw(budget = full): void {
    const began = performance.now(), canvas = this.canvas, ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = Math.min(620, Math.max(220, 30 + this.data.nodes * 22));
    if (!width) return;
    canvas.style.height = height + "px";
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
    const c = canvas.getContext("2d")!, m = this.data.messages;
    c.setTransform(ratio, 0, 0, ratio, 0, 0); c.clearRect(0, 0, width, height); c.font = "11px system-ui"; c.fillStyle = ink();
    const every = Math.ceil((this.data.nodes * 13) / (height - top));
    for (let node = 0; node < this.data.nodes; ++node) { c.strokeStyle = faint(); c.lineWidth = 1; c.beginPath(); c.moveTo(left, this.y(node)); c.lineTo(width - 8, this.y(node)); if (this.data.nodes < 300) c.stroke(); if (node % every === 0) c.fillText("node " + node, 2, this.y(node) + 4); }
    for (let i = 0; i <= 4; ++i) { const at = this.from + (i / 4) * (this.to - this.from); c.textAlign = i === 4 ? "right" : i ? "center" : "left"; c.fillText(seconds(at), this.x(at), 12); } c.textAlign = "left";
    c.save(); c.beginPath(); c.rect(left, top, width - left - 8, height - top); c.clip();
    const tall = Math.max(2, (height - top) / this.data.nodes * 0.7);
    for (const [node, a, b, kind] of this.down) { c.fillStyle = kind === "pause" ? "rgba(90,120,230,.35)" : "rgba(220,90,80,.35)"; c.fillRect(this.x(a), this.y(node) - tall / 2, Math.max(2, this.x(b) - this.x(a)), tall); }
    // One path per kind and fate; where there are more than the screen can show, every n-th of those not lit.
    const a = this.first(this.from - this.longest), b = this.first(this.to), step = Math.max(1, Math.ceil((b - a) / budget));
    const paths = new Map<number, Path2D>(), crosses = new Path2D(), bright = new Path2D();
    for (let i = a; i < b; ++i) {
      const on = this.lit && this.lit[i];
      if (!on && i % step) continue;
      if (this.ended[i] < this.from || !this.shown(i)) continue;
      const lost = m.fate[i] > 1, key = m.kind[i] * 2 + (lost ? 1 : 0);
      let path = on ? bright : paths.get(key); if (!path) paths.set(key, (path = new Path2D()));
      const x1 = this.x(this.sent[i]), y1 = this.y(m.from[i]); let x2 = this.x(this.ended[i]), y2 = this.y(m.to[i]);
      if (lost) { if (x2 - x1 < 6) x2 = x1 + 6; x2 = x1 + (x2 - x1) * 0.6; y2 = y1 + (y2 - y1) * 0.6; crosses.moveTo(x2 - 3, y2 - 3); crosses.lineTo(x2 + 3, y2 + 3); crosses.moveTo(x2 - 3, y2 + 3); crosses.lineTo(x2 + 3, y2 - 3); }
      path.moveTo(x1, y1); path.lineTo(x2, y2);
    }
    c.lineWidth = b - a > 4000 ? 0.5 : 1;
    for (const [key, path] of paths) { c.strokeStyle = colours[(key >> 1) % colours.length]; c.globalAlpha = this.lit ? 0.22 : 0.75; c.setLineDash(key & 1 && b - a < 2000 ? [4, 3] : []); c.stroke(path); }
    c.setLineDash([]); c.globalAlpha = this.lit ? 0.4 : 0.9; c.strokeStyle = dark() ? "#ff8f6b" : "#b02a00"; c.stroke(crosses);
    c.globalAlpha = 1; c.lineWidth = 2; c.strokeStyle = dark() ? "#ffd54a" : "#000"; c.stroke(bright);
    if (this.write >= 0) for (const e of this.applied) if (e.write === this.write) { c.beginPath(); c.arc(this.x(e.at), this.y(e.node), 4, 0, 7); c.fillStyle = "#009E73"; c.fill(); }
    for (const w of this.data.writes) if (w[0] === this.write) { c.fillStyle = "#E69F00"; c.fillRect(this.x(w[2]) - 5, this.y(w[1]) - 5, 10, 10); }
    if (this.chosen >= 0) { const i = this.chosen; c.lineWidth = 3.5; c.strokeStyle = "#CC79A7"; c.beginPath(); c.moveTo(this.x(this.sent[i]), this.y(m.from[i])); c.lineTo(this.x(this.ended[i]), this.y(m.to[i])); c.stroke(); }
    c.restore();
    this.frame = performance.now() - began; canvas.dataset.frame = this.frame.toFixed(1);
    canvas.dataset.window = `${Math.round(this.from)} ${Math.round(this.to)}`; canvas.style.borderColor = step > 1 ? muted() : "";
    this.said.textContent = `${seconds(this.from)} to ${seconds(this.to)}: ${b - a} messages` + (step > 1 ? `; one in ${step} is drawn, zoom in for all` : "") + (this.chosen >= 0 ? ". " + this.text(this.chosen).replace(/\n/g, ", ") : ".");
  }
  private text(i: number): string { const m = this.data.messages, d = this.data; return `${d.kinds[m.kind[i]]} from node ${m.from[i]} to node ${m.to[i]}\nsent at ${seconds(this.sent[i])}${m.fate[i] === 1 ? "" : `, ${m.fate[i] === 0 ? "delivered" : "lost"} after ${(m.flight[i] / 1000).toPrecision(4)} ms`}\n${d.fates[m.fate[i]]}`; }
  private nearest(px: number, py: number): number {
    const m = this.data.messages, slack = (this.to - this.from) / 60, at = this.time(px); let best = -1, least = 7;
    for (let i = this.first(at - this.longest - slack), end = this.first(at + slack); i < end; ++i) {
      if (this.ended[i] < at - slack || !this.shown(i)) continue;
      const x1 = this.x(this.sent[i]), y1 = this.y(m.from[i]), x2 = this.x(this.ended[i]), y2 = this.y(m.to[i]), dx = x2 - x1, dy = y2 - y1;
      const t = Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1))), d = Math.hypot(px - x1 - t * dx, py - y1 - t * dy);
      if (d < least) { least = d; best = i; }
    }
    return best;
  }
  zoom(by: number, around = (this.from + this.to) / 2): void { const d = this.data, wide = Math.min(d.to_us - d.from_us, Math.max(20, (this.to - this.from) * by)), share = (around - this.from) / (this.to - this.from); this.move(around - share * wide, wide); }
  pan(share: number): void { this.move(this.from + share * (this.to - this.from), this.to - this.from); }
  all(): void { this.move(this.data.from_us, this.data.to_us - this.data.from_us); }
  private move(from: number, wide: number): void { this.from = Math.max(this.data.from_us, Math.min(from, this.data.to_us - wide)); this.to = this.from + wide; this.again(); }
  // The messages that brought one write to its nodes.
  light(write: number): boolean {
    const known = this.data.writes.some((w) => w[0] === write) || this.applied.some((e) => e.write === write);
    this.write = known ? write : -1; this.lit = known ? new Uint8Array(this.sent.length) : null;
    if (known) for (const e of this.applied) if (e.write === write && e.by >= 0) this.lit![e.by] = 1;
    return known;
  }
  find(write: number): boolean { if (!this.light(write)) { this.again(); return false; } const w = this.data.writes.find((of) => of[0] === write), at = w ? w[2] : this.applied.find((e) => e.write === write)!.at; this.move(at - (this.to - this.from) / 4, this.to - this.from); return true; }
  only(kind: number, node: number): void { this.kind = kind; this.node = node; this.again(); }
  clear(): void { this.lit = null; this.write = -1; this.chosen = -1; this.again(); }
  // Happened-before: what could have caused the chosen message, or what it could have caused.
  cone(back: boolean): number {
    const m = this.data.messages, n = this.sent.length; if (this.chosen < 0) return 0;
    const lit = new Uint8Array(n), known = new Map<number, number>(), order = Array.from({ length: n }, (_, i) => i).filter((i) => m.fate[i] === 0); lit[this.chosen] = 1;
    if (back) { known.set(m.from[this.chosen], this.sent[this.chosen]); order.sort((p, q) => this.ended[q] - this.ended[p]);
      for (const i of order) { const t = known.get(m.to[i]); if (t !== undefined && this.ended[i] <= t) { lit[i] = 1; known.set(m.from[i], Math.max(known.get(m.from[i]) ?? -1, this.sent[i])); } } }
    else if (m.fate[this.chosen] === 0) { known.set(m.to[this.chosen], this.ended[this.chosen]); order.sort((p, q) => this.sent[p] - this.sent[q]);
      for (const i of order) { const t = known.get(m.from[i]); if (t !== undefined && this.sent[i] >= t) { lit[i] = 1; const k = known.get(m.to[i]); if (k === undefined || this.ended[i] < k) known.set(m.to[i], this.ended[i]); } } }
    this.lit = lit; this.write = -1; this.again(); return lit.reduce((sum, v) => sum + v, 0);
  }
  private choose(i: number): void { this.chosen = i; if (i >= 0 && (this.sent[i] > this.to || this.ended[i] < this.from)) this.move(this.sent[i] - (this.to - this.from) / 2, this.to - this.from); this.again(); }
  private listen(): void {
    const canvas = this.canvas; let drag: number | null = null, moved = false;
    canvas.addEventListener("pointerdown", (e) => { drag = e.clientX; moved = false; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointerup", (e) => { drag = null; if (!moved) this.choose(this.nearest(e.offsetX, e.offsetY)); });
    canvas.addEventListener("pointermove", (e) => {
      if (drag !== null) { const by = (drag - e.clientX) / (canvas.clientWidth - left); if (Math.abs(drag - e.clientX) > 3 || moved) { moved = true; drag = e.clientX; this.pan(by); } return; }
      const i = this.nearest(e.offsetX, e.offsetY);
      if (i >= 0) showTip(this.text(i), e.clientX, e.clientY);
      else { const node = Math.floor(((e.offsetY - top) / (canvas.clientHeight - top - 8)) * this.data.nodes), at = this.time(e.offsetX), d = this.down.find((s) => s[0] === node && at >= s[1] && at <= s[2]); if (d) showTip(`node ${node}: ${d[3]}, ${seconds(d[1])} to ${seconds(d[2])}`, e.clientX, e.clientY); else hideTip(); }
    });
    canvas.addEventListener("pointerleave", hideTip);
    canvas.addEventListener("wheel", (e) => { if (!(e.ctrlKey || e.shiftKey || document.activeElement === canvas)) return; e.preventDefault(); this.zoom(e.deltaY < 0 ? 0.8 : 1.25, this.time(e.offsetX)); }, { passive: false });
    canvas.addEventListener("keydown", (e) => {
      const keys: Record<string, () => void> = { ArrowLeft: () => this.pan(-0.2), ArrowRight: () => this.pan(0.2), "+": () => this.zoom(0.6), "=": () => this.zoom(0.6), "-": () => this.zoom(1.6), Home: () => this.all(), Escape: () => this.clear(),
        n: () => this.choose(Math.min(this.sent.length - 1, this.chosen < 0 ? this.first(this.from) : this.chosen + 1)), p: () => this.choose(Math.max(0, this.chosen - 1)) };
      if (keys[e.key] && !e.ctrlKey && !e.metaKey) { e.preventDefault(); keys[e.key](); }
    });
  }
}

function one(report: Report, data: Inside): HTMLElement {
  const run = report.runs.find((r) => r.id === data.run), title = el("h3", {}, run ? `run ${run.id}: ${run.label}, seed ${run.seed} (${run.verdict})` : `run ${data.run}`);
  if (data.problem) return el("div", {}, title, el("p", {}, "Not shown: " + data.problem));
  const diagram = new Diagram(data), said = el("span", { class: "note", role: "status" });
  onRedraw(() => diagram.draw());
  const button = (text: string, act: () => void) => { const b = el("button", { type: "button" }, text); b.addEventListener("click", act); return b; };
  const search = el("input", { type: "number", min: "0", size: "6" }) as HTMLInputElement, node = el("input", { type: "number", min: "0", max: String(data.nodes - 1) }) as HTMLInputElement;
  let kind = -1;
  const only = () => diagram.only(kind, node.value === "" ? -1 : Number(node.value));
  search.addEventListener("change", () => { if (search.value === "") diagram.clear(); else said.textContent = diagram.find(Number(search.value)) ? `write ${search.value}: black (yellow on dark) the messages that brought it, green where it became visible` : `write ${search.value} is not in this window`; });
  node.addEventListener("change", only);
  const cut = data.messages.sent.length < data.total ? ` Of ${data.total} messages, those sent from ${seconds(data.from_us)} to ${seconds(data.to_us)} are in this page.` : "";
  return el("div", {}, title, data.focus ? el("p", { class: "note" }, `Opens around ${data.focus}.`) : null,
    el("div", { class: "controls" }, button("−", () => diagram.zoom(1.6)), button("+", () => diagram.zoom(0.6)), button("all", () => diagram.all()), button("causes", () => { said.textContent = `${diagram.cone(true)} messages that could have caused it`; }), button("effects", () => { said.textContent = `${diagram.cone(false)} messages that it could have caused`; }), button("clear", () => diagram.clear()),
      el("label", {}, "write ", search), el("label", {}, "node ", node), menu("kind", ["all", ...data.kinds], 0, (i) => { kind = i - 1; only(); }), said),
    el("div", {}, data.kinds.map((name, i) => { const mark = el("span", { "aria-hidden": "true" }, "━ "); mark.style.color = colours[i % colours.length]; return el("span", { class: "key" }, mark, name); }), el("span", { class: "key" }, "✕ lost"), el("span", { class: "key" }, "red bar: down, blue: paused")),
    diagram.canvas, diagram.said, el("p", { class: "note" }, "Drag pans; with the diagram focused the wheel zooms; click chooses a message, whose causes and effects can be lit. Keys: ← →, + −, Home, n and p, Esc." + cut),
    el("h3", {}, "Why it is so (explain)"), el("pre", { tabindex: "0", "aria-label": "explanation" }, data.explanation));
}

export function inside(report: Report): HTMLElement | null {
  return report.inside.length ? section("inside", "A run from inside", report.inside.map((data) => one(report, data))) : null;
}
