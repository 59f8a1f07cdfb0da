// The messages of one run as columns, indexed by time: which of them are on their way in a span is found without
// looking at all of them.
import type { Inside } from "./data";

const block = 256; // messages that share an entry of the index

export class Messages {
  readonly count: number;
  readonly sent: Float64Array; // us
  readonly ended: Float64Array; // us; of those still on their way, the end of the window
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly kind: Uint8Array;
  readonly fate: Uint8Array; // as Inside.fates
  private readonly latest: Float64Array; // by block: when the last of its messages ended

  constructor(data: Inside) {
    const m = data.messages;
    this.count = m.sent.length;
    this.sent = new Float64Array(this.count);
    this.ended = new Float64Array(this.count);
    this.from = Uint32Array.from(m.from);
    this.to = Uint32Array.from(m.to);
    this.kind = Uint8Array.from(m.kind);
    this.fate = Uint8Array.from(m.fate);
    this.latest = new Float64Array(Math.ceil(this.count / block)).fill(-1);
    for (let i = 0, at = data.from_us; i < this.count; ++i) {
      at += m.sent[i];
      this.sent[i] = at;
      this.ended[i] = m.flight[i] < 0 ? Math.max(at, data.to_us) : at + m.flight[i];
      const b = Math.floor(i / block);
      this.latest[b] = Math.max(this.latest[b], this.ended[i]);
    }
  }

  lost(i: number): boolean {
    return this.fate[i] > 1;
  }

  // The first message that was sent at this instant or later.
  first(us: number): number {
    let low = 0, high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sent[middle] < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // `i`, or the first message behind its block if none of that block is on its way at `us` or later.
  skip(i: number, us: number): number {
    while (i < this.count && this.latest[Math.floor(i / block)] < us) i = (Math.floor(i / block) + 1) * block;
    return Math.min(i, this.count);
  }

  // Happened-before (Lamport 1978): messages that could have caused this one, or that it could have caused; and itself.
  cone(chosen: number, back: boolean): Uint8Array {
    const lit = new Uint8Array(this.count);
    lit[chosen] = 1;
    if (back) this.past(chosen, lit);
    else if (this.fate[chosen] === 0) this.future(chosen, lit);
    return lit;
  }

  private delivered(): number[] {
    const all: number[] = [];
    for (let i = 0; i < this.count; ++i) if (this.fate[i] === 0) all.push(i);
    return all;
  }

  // By node, until when what it did is in the past of the chosen message.
  private past(chosen: number, lit: Uint8Array): void {
    const until = new Map<number, number>([[this.from[chosen], this.sent[chosen]]]);
    for (const i of this.delivered().sort((p, q) => this.ended[q] - this.ended[p])) {
      const at = until.get(this.to[i]);
      if (at === undefined || this.ended[i] > at) continue;
      lit[i] = 1;
      until.set(this.from[i], Math.max(until.get(this.from[i]) ?? -1, this.sent[i]));
    }
  }

  // By node, since when what it does is in the future of the chosen message.
  private future(chosen: number, lit: Uint8Array): void {
    const since = new Map<number, number>([[this.to[chosen], this.ended[chosen]]]);
    for (const i of this.delivered()) {
      const at = since.get(this.from[i]);
      if (at === undefined || this.sent[i] < at) continue;
      lit[i] = 1;
      since.set(this.to[i], Math.min(since.get(this.to[i]) ?? Infinity, this.ended[i]));
    }
  }
}
