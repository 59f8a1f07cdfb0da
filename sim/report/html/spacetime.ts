// The space-time diagram (Lamport 1978): nodes down, time across, a line per message. A frame costs a few milliseconds
// however many messages there are: tiles (raster.ts) are drawn a piece per frame, and until they are there the picture
// before them is shown in their place.
import type { Fault, Inside } from "./data";
import { colourOf, colours, dark, el, faint, hideTip, ink, muted, printing, rgb, showTip } from "./dom";
import { faultText } from "./faults";
import { Messages } from "./messages";
import { type Scene, Tile, densityOf, tileWidth } from "./raster";

export const seconds = (us: number): string => (us / 1e6).toFixed(6).replace(/\.?0+$/, "") + " s";
const axis = 20, lane = 15; // heights: of the time axis, of a line of faults
const right = 8;
const budget = 5; // ms of a frame for tiles

export interface Filter {
  kind: number; // -1: all
  node: number; // -1: all
  lost: boolean | null;
}

interface Outage { node: number; from: number; to: number; kind: string }
interface Split { from: number; to: number; fault: Fault; bands: [first: number, last: number, group: number][] }

// The groups of a partition as its text spells them: groups [[0..12], [13..24]].
export function groupsOf(text: string): number[][] {
  const found = /groups \[(.*)\]/.exec(text);
  const groups: number[][] = [];
  for (const [, list, single] of (found?.[1] ?? "").matchAll(/\[([^\]]*)\]|(\d+(?:\.\.\d+)?)/g)) {
    const nodes: number[] = [];
    for (const [, low, high] of (list ?? single).matchAll(/(\d+)(?:\.\.(\d+))?/g))
      for (let node = Number(low); node <= Number(high ?? low); ++node) nodes.push(node);
    groups.push(nodes);
  }
  return groups;
}

function splitOf(fault: Fault, nodes: number, end: number): Split | null {
  const groups = fault.verb === "partition" ? groupsOf(fault.text ?? "") : [];
  if (!groups.length) return null;
  const group = new Int32Array(nodes).fill(-1);
  groups.forEach((of, index) => of.forEach((node) => { if (node < nodes) group[node] = index; }));
  const bands: Split["bands"] = [];
  for (let node = 0; node < nodes; ++node) {
    const last = bands[bands.length - 1];
    if (last && last[1] === node - 1 && last[2] === group[node]) last[1] = node;
    else bands.push([node, node, group[node]]);
  }
  return { from: fault.at * 1e6, to: (fault.until ?? end) * 1e6, fault, bands };
}

function outagesOf(data: Inside): Outage[] {
  const all: Outage[] = [], open = new Map<number, [number, string]>();
  for (const [at, node, kind] of data.marks) {
    const before = open.get(node);
    if (before) all.push({ node, from: before[0], to: at, kind: before[1] });
    open.delete(node);
    if (kind === "crash" || kind === "pause" || kind === "leave") open.set(node, [at, kind]);
  }
  for (const [node, [at, kind]] of open) all.push({ node, from: at, to: data.end_us, kind });
  return all;
}

export class Diagram {
  readonly canvas = el("canvas", { class: "space", tabindex: "0", role: "application",
    "aria-label": "space-time diagram of the messages; keys: arrows pan, plus and minus zoom, Home shows all, n and p choose the next and the previous message, c lights its causes, e its effects, Escape clears" }) as HTMLCanvasElement;
  readonly said = el("p", { class: "note", role: "status" });
  readonly frames: number[] = []; // script of the latest frames, ms
  readonly messages: Messages;
  chosen = -1;

  private readonly applied: { at: number; node: number; write: number; by: number }[] = [];
  private readonly brought = new Map<number, number[]>(); // writes, by the message that brought them
  private readonly outages: Outage[];
  private readonly splits: Split[];
  private readonly lanes: { fault: Fault; from: number; to: number; line: number }[] = [];
  private readonly lines: number; // of faults
  private readonly left: number;
  private from: number;
  private wide: number; // us
  private filter: Filter = { kind: -1, node: -1, lost: null };
  private lit: Uint8Array | null = null;
  private write = -1;
  private width = 0;
  private height = 0;
  private changes = 0; // of what is in the picture
  private scene: Scene | null = null;
  private sceneOf = "";
  private tiles = new Map<number, Tile>();
  private complete = false; // every tile in view is there
  private before: Tile[] = []; // of the scene before, until the new one is there
  private pending = false;
  private quiet = 0; // timer

  constructor(readonly data: Inside) {
    this.messages = new Messages(data);
    for (let i = 0, at = data.from_us; i < data.applied.at.length; ++i) {
      at += data.applied.at[i];
      const by = data.applied.by[i], write = data.applied.write[i];
      this.applied.push({ at, node: data.applied.node[i], write, by });
      if (by >= 0) this.brought.set(by, [...(this.brought.get(by) ?? []), write]);
    }
    this.outages = outagesOf(data);
    const end = data.end_us / 1e6;
    this.splits = data.faults.map((fault) => splitOf(fault, data.nodes, end)).filter((split): split is Split => split !== null);
    const free: number[] = [];
    for (const fault of data.faults) {
      const from = fault.at * 1e6, to = (fault.until ?? end) * 1e6;
      let line = free.findIndex((until) => until <= from);
      if (line < 0) line = Math.min(2, free.length);
      free[line] = Math.max(to, from + data.end_us / 100);
      this.lanes.push({ fault, from, to, line });
    }
    this.lines = free.length;
    this.left = 14 + 7 * `node ${data.nodes - 1}`.length;
    const whole = Math.max(1, data.to_us - data.from_us);
    this.wide = Math.min(whole, Math.max(20_000, whole * Math.min(1, (60 * data.nodes) / Math.max(1, this.messages.count))));
    this.from = Math.max(data.from_us, Math.min(data.focus_us - this.wide / 4, data.to_us - this.wide));
    if (data.write != null) this.light(data.write);
    Object.assign(this.canvas, { frames: this.frames }); // for tests
    this.listen();
  }

  // --- what it shows

  private get top(): number { return axis + this.lines * lane + 4; }
  private get plot(): number { return Math.max(1, this.width - this.left - right); }
  private x(us: number): number { return this.left + ((us - this.from) / this.wide) * this.plot; }
  private time(x: number): number { return this.from + ((x - this.left) / this.plot) * this.wide; }
  private y(node: number): number { return this.top + ((node + 0.5) / this.data.nodes) * (this.height - this.top - 6); }
  private row(): number { return (this.height - this.top - 6) / this.data.nodes; }

  private shown(i: number): boolean {
    const m = this.messages, f = this.filter;
    return (f.kind < 0 || m.kind[i] === f.kind) && (f.node < 0 || m.from[i] === f.node || m.to[i] === f.node) &&
      (f.lost === null || m.lost(i) === f.lost);
  }

  zoom(by: number, around = this.from + this.wide / 2): void {
    const wide = Math.min(this.data.to_us - this.data.from_us, Math.max(20, this.wide * by));
    this.move(around - ((around - this.from) / this.wide) * wide, wide);
  }
  pan(share: number): void { this.move(this.from + share * this.wide, this.wide); }
  all(): void { this.move(this.data.from_us, this.data.to_us - this.data.from_us); }
  private move(from: number, wide: number): void {
    this.wide = Math.max(1, wide);
    this.from = Math.max(this.data.from_us, Math.min(from, this.data.to_us - this.wide));
    this.again();
  }
  only(filter: Filter): void {
    this.filter = filter;
    this.change();
  }
  clear(): void {
    this.lit = null;
    this.write = this.chosen = -1;
    this.change();
  }
  // Lights the messages that brought a write to its nodes. False if it is not in this window.
  private light(write: number): boolean {
    const known = this.data.writes.some((w) => w[0] === write) || this.applied.some((e) => e.write === write);
    this.write = known ? write : -1;
    this.lit = known ? new Uint8Array(this.messages.count) : null;
    if (known) for (const e of this.applied) if (e.write === write && e.by >= 0) this.lit![e.by] = 1;
    return known;
  }
  find(write: number): boolean {
    const known = this.light(write);
    this.change();
    if (!known) return false;
    const asked = this.data.writes.find((w) => w[0] === write);
    const at = asked ? asked[2] : this.applied.find((e) => e.write === write)!.at;
    this.move(at - this.wide / 4, this.wide);
    return true;
  }
  // How many messages are lit; -1: none is chosen.
  cone(back: boolean): number {
    if (this.chosen < 0) return -1;
    this.lit = this.messages.cone(this.chosen, back);
    this.write = -1;
    this.change();
    return this.lit.reduce((sum, one) => sum + one, 0) - 1;
  }
  choose(i: number): void {
    this.chosen = i;
    const m = this.messages;
    if (i >= 0 && (m.sent[i] > this.from + this.wide || m.ended[i] < this.from)) this.move(m.sent[i] - this.wide / 2, this.wide);
    this.again();
  }
  // The next message that is shown, or the one before.
  step(by: 1 | -1): void {
    let i = this.chosen >= 0 ? this.chosen + by : this.messages.first(this.from);
    while (i >= 0 && i < this.messages.count && !this.shown(i)) i += by;
    if (i >= 0 && i < this.messages.count) this.choose(i);
  }
  private change(): void {
    ++this.changes;
    this.again();
  }

  // --- frames

  // At once, for a new size or theme; all of it when it is printed.
  draw(): void {
    this.width = this.canvas.clientWidth;
    if (!this.width) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.height = Math.min(620, Math.max(200, this.top + 10 + this.data.nodes * 22));
    this.canvas.style.height = this.height + "px";
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    ++this.changes;
    this.frame(printing() ? Infinity : budget);
  }
  again(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.frame(budget);
    });
  }
  private frame(ms: number): void {
    if (!this.width) return;
    const began = performance.now();
    this.prepare();
    const more = this.work(began + ms);
    this.compose();
    this.frames.push(performance.now() - began);
    if (this.frames.length > 300) this.frames.shift();
    this.canvas.dataset.window = `${Math.round(this.from)} ${Math.round(this.from + this.wide)}`;
    this.canvas.dataset.busy = more ? "yes" : "no";
    if (more) this.again();
    clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => this.say(), 200);
  }

  private prepare(): void {
    const ratio = this.canvas.width / this.width, scale = this.wide / this.plot;
    const key = [scale, this.height, ratio, dark(), this.changes].join(" ");
    if (key === this.sceneOf) return;
    if (this.complete) this.before = [...this.tiles.values()].filter((tile) => tile.done);
    this.complete = false;
    this.tiles.clear();
    this.sceneOf = key;
    const y = (node: number) => this.y(node), shown = (i: number) => this.shown(i);
    this.scene = { messages: this.messages, shown, lit: this.lit, y, height: this.height, ratio,
      colours: colours.map((colour) => (dark() ? rgb(colour).map((part) => part + (255 - part) * 0.35) : rgb(colour)) as [number, number, number]), bright: rgb(dark() ? "#ffd54a" : "#000000"), loss: rgb(dark() ? "#ff8f6b" : "#b02a00"),
      density: densityOf(this.messages, shown, y, this.height - this.top, scale) };
  }
  private span(): number { return (tileWidth / this.scene!.ratio) * (this.wide / this.plot); }
  private visible(): number[] {
    if (!this.scene) return [];
    const span = this.span(), all: number[] = [];
    for (let k = Math.floor((this.from - this.data.from_us) / span); k * span < this.from + this.wide - this.data.from_us; ++k) all.push(k);
    return all;
  }
  // True: there is more to do in the next frame.
  private work(deadline: number): boolean {
    const wanted = this.visible(), span = this.span(), scale = this.wide / this.plot;
    const ahead = [wanted[0] - 1, wanted[wanted.length - 1] + 1].filter((k) => k >= 0 && k * span < this.data.to_us - this.data.from_us);
    this.complete = wanted.every((k) => this.tiles.get(k)?.done);
    for (const k of [...wanted, ...ahead]) {
      let tile = this.tiles.get(k);
      if (!tile) this.tiles.set(k, (tile = new Tile(this.scene!, this.data.from_us + k * span, scale)));
      if (!tile.done && !tile.work(deadline)) return true;
      this.complete = wanted.every((other) => this.tiles.get(other)?.done);
      if (performance.now() > deadline && !ahead.every((other) => this.tiles.get(other)?.done)) return true;
    }
    this.before = [];
    if (this.tiles.size > 60) for (const k of this.tiles.keys()) if (k < wanted[0] - 15 || k > wanted[0] + 45) this.tiles.delete(k);
    return false;
  }

  private compose(): void {
    const c = this.canvas.getContext("2d")!, ratio = this.scene!.ratio;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    c.font = "11px system-ui, sans-serif";
    this.drawAxis(c);
    this.drawRows(c);
    c.save();
    c.beginPath();
    c.rect(this.left, axis, this.plot, this.height - axis);
    c.clip();
    this.drawFaults(c);
    this.drawTiles(c);
    this.drawMarks(c);
    c.restore();
  }

  private drawAxis(c: CanvasRenderingContext2D): void {
    const wanted = this.wide / Math.max(2, this.plot / 130), power = 10 ** Math.floor(Math.log10(wanted));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= wanted)!;
    const digits = Math.max(0, Math.ceil(6 - Math.log10(step) - 1e-9));
    c.fillStyle = muted();
    c.strokeStyle = faint();
    c.textAlign = "center";
    for (let at = Math.ceil(this.from / step) * step; at <= this.from + this.wide; at += step) {
      const x = Math.round(this.x(at)) + 0.5;
      c.beginPath();
      c.moveTo(x, axis - 4);
      c.lineTo(x, this.height - 6);
      c.stroke();
      const text = (at / 1e6).toFixed(digits) + " s", half = c.measureText(text).width / 2;
      c.fillText(text, Math.max(this.left + half, Math.min(x, this.width - right - half)), 12);
    }
    c.textAlign = "left";
  }
  private drawRows(c: CanvasRenderingContext2D): void {
    const every = Math.ceil(13 / this.row());
    c.strokeStyle = faint();
    c.fillStyle = ink();
    c.beginPath();
    for (let node = 0; node < this.data.nodes; node += this.data.nodes < 200 ? 1 : every) {
      const y = Math.round(this.y(node)) + 0.5;
      c.moveTo(this.left, y);
      c.lineTo(this.width - right, y);
      if (node % every === 0) c.fillText("node " + node, 2, y + 4);
    }
    c.stroke();
  }
  private drawFaults(c: CanvasRenderingContext2D): void {
    const until = this.from + this.wide, row = this.row();
    for (const split of this.splits) {
      if (split.to < this.from || split.from > until) continue;
      const x = this.x(split.from), width = Math.max(2, this.x(split.to) - x);
      for (const [first, last, group] of split.bands) {
        if (group < 0) continue;
        c.globalAlpha = dark() ? 0.2 : 0.13;
        c.fillStyle = colourOf(group);
        c.fillRect(x, this.y(first) - row / 2, width, (last - first + 1) * row);
      }
      c.globalAlpha = 1;
      c.strokeStyle = muted();
      c.setLineDash([5, 4]);
      c.strokeRect(x, this.top, width, this.height - this.top - 6);
      c.setLineDash([]);
    }
    for (const { node, from, to, kind } of this.outages) {
      if (to < this.from || from > until) continue;
      const tall = Math.max(2, row * 0.7);
      c.fillStyle = kind === "pause" ? "rgba(90,120,230,.4)" : "rgba(120,120,120,.5)";
      c.fillRect(this.x(from), this.y(node) - tall / 2, Math.max(2, this.x(to) - this.x(from)), tall);
      if (kind !== "pause" && row > 7) this.crossOut(c, this.x(from), this.y(node));
    }
    for (const { fault, from, to, line } of this.lanes) {
      if (to < this.from || from > until) continue;
      const x = Math.max(this.left, this.x(from)), width = Math.max(3, Math.min(this.width - right, this.x(to)) - x), y = axis + line * lane;
      c.fillStyle = dark() ? "#6b5210" : "#f2d9a0";
      c.fillRect(x, y, width, lane - 2);
      c.fillStyle = ink();
      c.save();
      c.beginPath();
      c.rect(x, y, width - 2, lane);
      c.clip();
      c.fillText(fault.verb, x + 4, y + 10);
      c.restore();
    }
  }
  private crossOut(c: CanvasRenderingContext2D, x: number, y: number): void {
    c.strokeStyle = ink();
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(x - 4, y - 4);
    c.lineTo(x + 4, y + 4);
    c.moveTo(x - 4, y + 4);
    c.lineTo(x + 4, y - 4);
    c.stroke();
    c.lineWidth = 1;
  }
  private place(c: CanvasRenderingContext2D, tile: Tile): void {
    const x = this.x(tile.start), width = this.x(tile.end) - x;
    if (x < this.width && x + width > this.left) c.drawImage(tile.canvas, x, 0, width, this.height);
  }
  private drawTiles(c: CanvasRenderingContext2D): void {
    for (const k of this.visible()) {
      const tile = this.tiles.get(k);
      if (tile?.done) {
        const x = Math.round(this.x(tile.start) * this.scene!.ratio) / this.scene!.ratio;
        c.drawImage(tile.canvas, x, 0, tileWidth / this.scene!.ratio, this.height);
        continue;
      }
      const start = this.data.from_us + k * this.span();
      c.save();
      c.beginPath();
      c.rect(this.x(start), 0, tileWidth / this.scene!.ratio, this.height);
      c.clip();
      for (const old of this.before) this.place(c, old);
      c.restore();
    }
  }
  private drawMarks(c: CanvasRenderingContext2D): void {
    const until = this.from + this.wide, m = this.messages;
    const asked = this.data.writes.filter((w) => w[2] >= this.from && w[2] <= until);
    c.fillStyle = "#009E73";
    if (this.write >= 0)
      for (const e of this.applied)
        if (e.write === this.write) {
          c.beginPath();
          c.arc(this.x(e.at), this.y(e.node), 4, 0, 7);
          c.fill();
        }
    c.fillStyle = "#E69F00";
    if (asked.length <= 300)
      for (const w of asked) {
        const size = w[0] === this.write ? 10 : 5;
        c.fillRect(this.x(w[2]) - size / 2, this.y(w[1]) - size / 2, size, size);
      }
    if (this.chosen < 0) return;
    c.lineWidth = 3.5;
    c.strokeStyle = "#CC79A7";
    c.beginPath();
    c.moveTo(this.x(m.sent[this.chosen]), this.y(m.from[this.chosen]));
    c.lineTo(this.x(m.ended[this.chosen]), this.y(m.to[this.chosen]));
    c.stroke();
    c.lineWidth = 1;
  }

  // --- words

  private say(): void {
    const until = this.from + this.wide, m = this.messages;
    let count = 0, lost = 0;
    for (let i = m.first(this.from), end = m.first(until); i < end; ++i)
      if (this.shown(i)) {
        ++count;
        if (m.lost(i)) ++lost;
      }
    this.said.textContent = `${seconds(this.from)} to ${seconds(until)}: ${count} messages, ${lost} lost.` +
      (this.chosen >= 0 ? " Chosen: " + this.text(this.chosen).replace(/\n/g, ", ") + "." : "");
  }
  private text(i: number): string {
    const m = this.messages, d = this.data, after = (m.ended[i] - m.sent[i]) / 1000;
    const fate = m.fate[i] === 1 ? "" : `, ${m.fate[i] === 0 ? "delivered" : "lost"} after ${Number(after.toPrecision(4))} ms`;
    const writes = this.brought.get(i) ?? [];
    return `${d.kinds[m.kind[i]]} from node ${m.from[i]} to node ${m.to[i]}\nsent at ${seconds(m.sent[i])}${fate}\n${d.fates[m.fate[i]]}` +
      (writes.length ? `\nbrought write ${writes.slice(0, 8).join(", ")}${writes.length > 8 ? ` and ${writes.length - 8} more` : ""}` : "");
  }
  // The message whose line is nearest to a point, within seven pixels; -1: none.
  private nearest(px: number, py: number): number {
    const m = this.messages, at = this.time(px), slack = (7 / this.plot) * this.wide;
    let best = -1, least = 7;
    for (let i = m.skip(0, at - slack), end = m.first(at + slack); i < end; i = m.skip(i + 1, at - slack)) {
      if (m.ended[i] < at - slack || !this.shown(i)) continue;
      const x1 = this.x(m.sent[i]), y1 = this.y(m.from[i]), dx = this.x(m.ended[i]) - x1, dy = this.y(m.to[i]) - y1;
      const t = Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1)));
      const away = Math.hypot(px - x1 - t * dx, py - y1 - t * dy);
      if (away < least) {
        least = away;
        best = i;
      }
    }
    return best;
  }
  private textAt(px: number, py: number): string {
    const at = this.time(px), slack = (4 / this.plot) * this.wide, d = this.data;
    if (py < this.top) {
      const line = Math.floor((py - axis) / lane);
      return this.lanes.filter((f) => f.line === line && at >= f.from - slack && at <= f.to + slack).map((f) => faultText(f.fault)).join("\n\n");
    }
    const asked = d.writes.find((w) => Math.abs(this.x(w[2]) - px) < 6 && Math.abs(this.y(w[1]) - py) < 6);
    if (asked) {
      const answer = asked[3] < 0 ? "never answered" : `${asked[4] ? "acknowledged" : "refused"} after ${Number(((asked[3] - asked[2]) / 1000).toPrecision(4))} ms`;
      return `write ${asked[0]} (${asked[5]}) asked of node ${asked[1]} at ${seconds(asked[2])}, ${answer}`;
    }
    const message = this.nearest(px, py);
    if (message >= 0) return this.text(message);
    const node = Math.floor((py - this.top) / this.row());
    const outage = this.outages.find((o) => o.node === node && at >= o.from - slack && at <= o.to + slack);
    if (outage) return `node ${node}: ${outage.kind}, ${seconds(outage.from)} to ${seconds(outage.to)}`;
    return this.splits.filter((s) => at >= s.from && at <= s.to).map((s) => faultText(s.fault)).join("\n\n");
  }

  // --- pointer and keys

  private listen(): void {
    const canvas = this.canvas;
    let drag: number | null = null, moved = false, hover: PointerEvent | null = null;
    canvas.addEventListener("pointerdown", (e) => {
      drag = e.clientX;
      moved = false;
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener("pointerup", (e) => {
      if (drag !== null && !moved) this.choose(this.nearest(e.offsetX, e.offsetY));
      drag = null;
    });
    canvas.addEventListener("pointercancel", () => { drag = null; });
    canvas.addEventListener("pointermove", (e) => {
      if (drag !== null) {
        if (!moved && Math.abs(drag - e.clientX) <= 3) return;
        moved = true;
        hideTip();
        this.pan((drag - e.clientX) / this.plot);
        drag = e.clientX;
        return;
      }
      if (!hover) requestAnimationFrame(() => {
        const text = hover ? this.textAt(hover.offsetX, hover.offsetY) : "";
        if (text) showTip(text, hover!.clientX, hover!.clientY);
        else hideTip();
        hover = null;
      });
      hover = e;
    });
    canvas.addEventListener("pointerleave", () => {
      hover = null;
      hideTip();
    });
    canvas.addEventListener("wheel", (e) => {
      if (!(e.ctrlKey || e.shiftKey || document.activeElement === canvas)) return;
      e.preventDefault();
      if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) this.pan(e.deltaX / this.plot);
      else this.zoom(e.deltaY < 0 ? 0.8 : 1.25, this.time(e.offsetX));
    }, { passive: false });
    canvas.addEventListener("keydown", (e) => {
      const keys: Record<string, () => void> = {
        ArrowLeft: () => this.pan(-0.2), ArrowRight: () => this.pan(0.2), "+": () => this.zoom(0.6), "=": () => this.zoom(0.6),
        "-": () => this.zoom(1 / 0.6), Home: () => this.all(), Escape: () => this.clear(), n: () => this.step(1), p: () => this.step(-1),
        c: () => this.cone(true), e: () => this.cone(false),
      };
      if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      keys[e.key]();
    });
  }
}
