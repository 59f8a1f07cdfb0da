// Pictures of messages in tiles. Each message is drawn into a grid of pixels that adds up how much of it there is of each
// colour, so that a hundred thousand lines are all in the picture and cost a hundred thousand times the same; the sum
// becomes a colour once. Work can stop after any message and go on in the next frame.
import type { Messages } from "./messages";

export const tileWidth = 128; // CSS pixels

export interface Scene {
  messages: Messages;
  shown: (i: number) => boolean;
  lit: Uint8Array | null; // these bright, the others faint
  colours: [number, number, number][]; // by kind of message
  bright: [number, number, number];
  loss: [number, number, number];
  y: (node: number) => number; // CSS pixels
  height: number; // the same
  ratio: number; // device pixels in one of CSS
  density: number; // mean number of lines through a pixel, all tiles together
}

// A line adds up to 1 in each column (or row, if it is steep) that it passes.
class Layer {
  private readonly sums: Float32Array; // red, green, blue, amount
  private readonly steps: Float32Array; // the same, as what a pixel has more than the one above it
  constructor(readonly width: number, readonly height: number) {
    this.sums = new Float32Array((width * (height + 1) + 1) * 4); // room for what lies behind the last pixel
    this.steps = new Float32Array(width * (height + 1) * 4);
  }

  // Shares an amount between a pixel and the one `next` floats behind it.
  private add(at: number, next: number, share: number, r: number, g: number, b: number): void {
    const sums = this.sums, rest = 1 - share, other = at + next;
    sums[at] += r * rest;
    sums[at + 1] += g * rest;
    sums[at + 2] += b * rest;
    sums[at + 3] += rest;
    sums[other] += r * share;
    sums[other + 1] += g * share;
    sums[other + 2] += b * share;
    sums[other + 3] += share;
  }

  // A piece of a column: the same work for any length.
  private span(x: number, y1: number, y2: number, amount: number, colour: readonly number[]): void {
    const low = Math.max(0, Math.round(y1)), high = Math.min(this.height, Math.round(y2) + 1);
    if (x < 0 || x >= this.width || low >= high) return;
    const from = (low * this.width + x) * 4, to = (high * this.width + x) * 4, steps = this.steps;
    const r = colour[0] * amount, g = colour[1] * amount, b = colour[2] * amount;
    steps[from] += r;
    steps[from + 1] += g;
    steps[from + 2] += b;
    steps[from + 3] += amount;
    steps[to] -= r;
    steps[to + 1] -= g;
    steps[to + 2] -= b;
    steps[to + 3] -= amount;
  }

  // `dense`: among so many lines that its edges need not be smooth.
  line(x1: number, y1: number, x2: number, y2: number, colour: readonly number[], dashed: boolean, dense: boolean): void {
    const dx = x2 - x1, dy = y2 - y1;
    if (Math.abs(dx) >= Math.abs(dy)) return this.flat(x1, y1, x2, dx === 0 ? 0 : dy / dx, colour, dashed);
    const slope = dx / dy, low = Math.min(y1, y2), high = Math.max(y1, y2);
    if (dx < 1) {
      const x = x1 + dx / 2, whole = Math.floor(x);
      this.span(whole, low, high, whole + 1 - x, colour);
      this.span(whole + 1, low, high, x - whole, colour);
    } else if (dense) {
      for (let x = Math.max(0, Math.round(x1)), end = Math.min(this.width - 1, Math.round(x2)); x <= end; ++x) {
        const a = y1 + (x - 0.5 - x1) / slope, b = y1 + (x + 0.5 - x1) / slope; // where it enters and leaves the column
        this.span(x, Math.max(low, Math.min(a, b)), Math.min(high, Math.max(a, b)), dashed ? 0.6 : 1, colour);
      }
    } else {
      this.steep(x1, y1, low, high, slope, colour, dashed);
    }
  }

  // Requires that all of it lies between the first and the last row.
  private flat(x1: number, y1: number, x2: number, slope: number, colour: readonly number[], dashed: boolean): void {
    const [r, g, b] = colour, row = this.width * 4, phase = Math.round(y1 + 977 * slope); // so that dashes of neighbours are no blocks
    for (let x = Math.max(0, Math.round(x1)), end = Math.min(this.width - 1, Math.round(x2)); x <= end; ++x) {
      if (dashed && (x + phase) & 4) continue;
      const y = Math.max(0, Math.min(this.height - 1, y1 + (x - x1) * slope)), whole = Math.floor(y);
      this.add(whole * row + x * 4, row, y - whole, r, g, b);
    }
  }

  private steep(x1: number, y1: number, low: number, high: number, slope: number, colour: readonly number[], dashed: boolean): void {
    const [r, g, b] = colour, row = this.width * 4;
    const enters = y1 - x1 / slope, leaves = y1 + (this.width - 1 - x1) / slope;
    const first = Math.ceil(Math.max(0, low, Math.min(enters, leaves))), last = Math.floor(Math.min(this.height - 1, high, Math.max(enters, leaves)));
    for (let y = first; y <= last; ++y) {
      if (dashed && y & 4) continue;
      const x = x1 + (y - y1) * slope, whole = Math.floor(x);
      this.add(y * row + whole * 4, 4, x - whole, r, g, b);
    }
  }

  // Over what is there. Where lines are dense, the amount is shown on a logarithmic scale, so that structure survives.
  paint(pixels: Uint8ClampedArray, density: number, strength: number): void {
    const most = Math.max(1, 3 * density), alphas = new Float32Array(257), { sums, steps, width, height } = this;
    for (let i = 0; i <= 256; ++i) alphas[i] = (strength * Math.log1p((most * i) / 256)) / Math.log1p(most);
    const columns = new Float32Array(width * 4);
    for (let y = 0, at = 0; y < height; ++y)
      for (let x = 0; x < width; ++x, at += 4) {
        const c = x * 4;
        columns[c + 3] += steps[at + 3];
        columns[c] += steps[at];
        columns[c + 1] += steps[at + 1];
        columns[c + 2] += steps[at + 2];
        const amount = sums[at + 3] + columns[c + 3];
        if (amount < 0.01) continue;
        const alpha = alphas[Math.min(256, Math.round((amount / most) * 256))], under = (pixels[at + 3] / 255) * (1 - alpha), all = alpha + under;
        const share = alpha / (amount * all), rest = under / all;
        pixels[at] = (sums[at] + columns[c]) * share + pixels[at] * rest;
        pixels[at + 1] = (sums[at + 1] + columns[c + 1]) * share + pixels[at + 1] * rest;
        pixels[at + 2] = (sums[at + 2] + columns[c + 2]) * share + pixels[at + 2] * rest;
        pixels[at + 3] = all * 255;
      }
  }
}

export class Tile {
  readonly canvas = document.createElement("canvas");
  done = false;
  private next = 0;
  private faint: Layer | null = null;
  private bright: Layer | null = null;
  private crosses = new Set<number>();

  // From the instant `start`, `scale` microseconds per CSS pixel.
  constructor(readonly scene: Scene, readonly start: number, readonly scale: number) {
    this.canvas.width = Math.round(tileWidth * scene.ratio);
    this.canvas.height = Math.round(scene.height * scene.ratio);
  }

  get end(): number {
    return this.start + tileWidth * this.scale;
  }

  // Works until `deadline` (as performance.now()); true once it is done.
  work(deadline: number): boolean {
    const { messages, shown } = this.scene, width = this.canvas.width, height = this.canvas.height;
    this.faint ??= new Layer(width, height);
    if (this.scene.lit) this.bright ??= new Layer(width, height);
    const last = messages.first(this.end);
    for (let steps = 0; ; ++steps) {
      this.next = messages.skip(this.next, this.start);
      if (this.next >= last) break;
      if ((steps & 63) === 63 && performance.now() > deadline) return false;
      const i = this.next++;
      if (messages.ended[i] >= this.start && shown(i)) this.draw(i);
    }
    this.finish();
    return true;
  }

  private draw(i: number): void {
    const scene = this.scene, messages = scene.messages, ratio = scene.ratio;
    const x = (us: number) => ((us - this.start) / this.scale) * ratio;
    const x1 = x(messages.sent[i]), y1 = scene.y(messages.from[i]) * ratio, y2 = scene.y(messages.to[i]) * ratio;
    let x2 = x(messages.ended[i]), end = y2;
    const lost = messages.lost(i);
    if (lost) {
      // Where on its way it was lost is not known; when is. It ends before it arrives.
      x2 = Math.max(x2, x1 + 4 * ratio);
      end = y1 + (y2 - y1) * 0.6;
      this.cross(x2, end);
    }
    const lit = scene.lit !== null && scene.lit[i] !== 0;
    (lit ? this.bright! : this.faint!).line(x1, y1, x2, end, lit ? scene.bright : scene.colours[messages.kind[i] % scene.colours.length], lost, scene.density > 0.5);
  }

  // At most one in a square of six pixels.
  private cross(x: number, y: number): void {
    const size = 6 * this.scene.ratio, column = Math.floor(x / size), row = Math.floor(y / size);
    if (column >= -1 && column * size <= this.canvas.width) this.crosses.add((column + 1) * 65536 + row);
  }

  private finish(): void {
    const scene = this.scene, context = this.canvas.getContext("2d")!;
    const image = context.createImageData(this.canvas.width, this.canvas.height);
    this.faint!.paint(image.data, scene.density, scene.lit ? 0.3 : 0.9);
    this.bright?.paint(image.data, 0, 1);
    context.putImageData(image, 0, 0);
    const size = 6 * scene.ratio, arm = 2.5 * scene.ratio;
    context.strokeStyle = `rgb(${scene.loss.join(",")})`;
    context.globalAlpha = scene.lit ? 0.45 : 0.9;
    context.lineWidth = scene.ratio;
    context.beginPath();
    for (const key of this.crosses) {
      const x = (Math.floor(key / 65536) - 0.5) * size, y = ((key % 65536) + 0.5) * size;
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x - arm, y + arm);
      context.lineTo(x + arm, y - arm);
    }
    context.stroke();
    this.faint = this.bright = null;
    this.crosses.clear();
    this.done = true;
  }
}

// Mean number of lines through a pixel of all tiles: of every n-th message.
export function densityOf(messages: Messages, shown: (i: number) => boolean, y: (node: number) => number, height: number, scale: number): number {
  const every = Math.max(1, Math.floor(messages.count / 4000));
  let length = 0;
  for (let i = 0; i < messages.count; i += every)
    if (shown(i))
      length += Math.max(1, Math.abs(y(messages.from[i]) - y(messages.to[i])), (messages.ended[i] - messages.sent[i]) / scale) * every;
  const span = messages.count ? (messages.sent[messages.count - 1] - messages.sent[0]) / scale : 0;
  return length / Math.max(1, Math.max(1, span) * height);
}
