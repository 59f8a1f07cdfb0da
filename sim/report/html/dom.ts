// Elements without markup from data, and how figures look.
import type { Field, Figure, Report } from "./data";

type Child = Node | string | null | undefined | Child[];

export function el(tag: string, attributes: Record<string, string | boolean> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  add(element, children);
  return element;
}

function add(element: Element, children: Child[]): void {
  for (const child of children)
    if (Array.isArray(child)) add(element, child);
    else if (child != null) element.append(child); // a string becomes a text node
}

export function svg(tag: string, attributes: Record<string, string | number> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  add(element, children);
  return element;
}

// Three or four significant digits, thousands apart by a thin space; millions as M, billions as G.
export function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  for (const [unit, suffix] of [[1e9, "G"], [1e6, "M"]] as const) if (size >= unit && size < unit * 1e4) return `${Number((value / unit).toPrecision(3))}\u202f${suffix}`;
  if (size >= 1e7 || size < 1e-3) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return String(Number(value.toPrecision(3)));
}

export function figure(value: Figure | undefined, field: Field): string {
  if (value == null) return "–";
  if (value === "never") return "never";
  if (value === "-never") return "ref. never"; // an end of a difference's interval
  return short(value * field.scale).replace("-", "−");
}

export const heading = (field: Field): string => field.heading.replace(/-\n/g, "").replace(/\n/g, " ");

export const finite = (value: Figure | undefined): value is number => typeof value === "number";
// For sorting: never is later than all, what is not there comes last.
export const rank = (value: Figure | undefined): number =>
  value === "never" ? 1e300 : value === "-never" ? -1e300 : value == null ? Infinity : value;

export const caseText = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([path, value]) => `${path} = ${value}`)
    .join(", ");

export const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#777777", "#9A8700"]; // Okabe and Ito
export const rgb = (colour: string): [number, number, number] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
export const dashes: number[][] = [[], [8, 3], [8, 3, 2, 3], [2, 3]];
export const colourOf = (index: number): string => colours[index % colours.length];

// A label has one colour in all pictures.
let labels: string[] | null = null;
export const labelIndex = (report: Report, label: string): number => (labels ??= [...new Set(report.runs.map((run) => run.label))]).indexOf(label);

// A drop-down with its label.
export function menu(label: string, options: string[], chosen: number, changed: (index: number) => void): HTMLElement {
  const select = el("select") as HTMLSelectElement;
  options.forEach((text, index) => select.append(el("option", { value: String(index) }, text)));
  select.value = String(chosen);
  select.addEventListener("change", () => changed(Number(select.value)));
  return el("label", { class: "menu" }, label + " ", select);
}

// One of a few, each a click away; a drop-down if they are many.
export function choices(label: string, options: string[], chosen: number, changed: (index: number) => void): HTMLElement {
  if (options.length > 32) return menu(label, options, chosen, changed);
  const buttons = options.map((text, index) => {
    const button = el("button", { type: "button", "aria-pressed": String(index === chosen) }, text);
    button.addEventListener("click", () => {
      changed(index);
      document.querySelectorAll<HTMLElement>(`[data-choices="${label}"] button`)[index]?.focus();
    });
    return button;
  });
  return el("div", { role: "group", "aria-label": label, class: "choices", "data-choices": label }, buttons);
}

// A button that copies a command and says so in `said`.
export function copier(command: string, content: Child, said: HTMLElement): HTMLElement {
  const button = el("button", { class: "cmd", type: "button", title: "copy: " + command }, content);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
    } catch { // not from disk
      const area = el("textarea") as HTMLTextAreaElement;
      area.value = command;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus({ preventScroll: true });
    }
    button.classList.add("copied");
    said.textContent = `Copied: ${command}`;
  });
  return button;
}

// A run that was chosen in one section is shown in another.
const choosers: ((id: number) => void)[] = [];
export const onChosenRun = (show: (id: number) => void): void => void choosers.push(show);
export const chooseRun = (id: number): void => choosers.forEach((show) => show(id));

export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title), children);
}

// One box that follows the pointer, for all diagrams.
const tip = el("div", { class: "tip", role: "status", "aria-live": "polite", hidden: true });
export function showTip(text: string, x: number, y: number): void {
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = text;
  tip.hidden = false;
  const width = Math.min(tip.offsetWidth, innerWidth - 16);
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18}px`;
}
export const hideTip = (): void => {
  tip.hidden = true;
};

export const dark = (): boolean => document.documentElement.dataset.theme === "dark";
export const ink = (): string => (dark() ? "#e4e7eb" : "#1b1f24");
export const faint = (): string => (dark() ? "#39414b" : "#dfe3e8");
export const muted = (): string => (dark() ? "#a5b0bd" : "#57606a");
// While the page is being printed nothing can wait for a frame.
let print = false;
export const printing = (): boolean => print;
export const setPrinting = (on: boolean): void => void (print = on);
// Called when the theme changes or what was drawn has another size.
const redraws: (() => void)[] = [];
export const onRedraw = (draw: () => void): void => void redraws.push(draw);
export const redraw = (): void => redraws.forEach((draw) => draw());
