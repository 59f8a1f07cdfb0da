// Section 8: one run from inside: its space-time diagram with search and filters, and the words of `explain`.
import type { Inside, Report } from "./data";
import { colourOf, colours, el, menu, onRedraw, section } from "./dom";
import { Diagram, type Filter, seconds } from "./spacetime";

function key(mark: string, colour: string, text: string): HTMLElement {
  const sign = el("span", { "aria-hidden": "true" }, mark);
  sign.style.color = colour;
  return el("span", { class: "key" }, sign, text);
}

function keys(data: Inside): HTMLElement {
  return el("div", {}, data.kinds.map((name, i) => key("━", colours[i % colours.length], name)),
    key("✕", "var(--fail)", "lost"), key("■", "#E69F00", "write asked for"),
    data.marks.some((mark) => mark[2] === "crash" || mark[2] === "leave") ? key("▬", "#888888", "node down") : null, data.marks.some((mark) => mark[2] === "pause") ? key("▬", "#5a78e6", "paused") : null,
    data.faults.some((fault) => fault.verb === "partition") ? key("▒", colourOf(0), "sides of a partition") : null);
}

function number(label: string, most: number, changed: (value: number) => void): HTMLElement {
  const input = el("input", { type: "number", min: "0", max: String(most) }) as HTMLInputElement;
  input.addEventListener("change", () => changed(input.value === "" ? -1 : Number(input.value)));
  return el("label", {}, label + " ", input);
}

function one(report: Report, data: Inside): HTMLElement {
  const run = report.runs.find((r) => r.id === data.run);
  const title = el("h3", {}, run ? `Run ${run.id}: ${run.label}, seed ${run.seed} (${run.verdict})` : `Run ${data.run}`);
  if (data.problem) return el("div", {}, title, el("p", {}, "Not shown: " + data.problem));
  const diagram = new Diagram(data), said = el("p", { class: "note", role: "status" });
  onRedraw(() => diagram.draw());
  const filter: Filter = { kind: -1, node: -1, lost: null };
  const button = (text: string, label: string, act: () => void) => {
    const made = el("button", { type: "button", "aria-label": label, title: label }, text);
    made.addEventListener("click", act);
    return made;
  };
  const cone = (back: boolean) => {
    const count = diagram.cone(back);
    said.textContent = count < 0 ? "Choose a message first: click it, or press n in the diagram."
      : `${count} ${count === 1 ? "message" : "messages"} ${back ? "could have caused the chosen one" : "could have been caused by it"} (happened-before), drawn bright.`;
  };
  const search = (write: number) => {
    if (write < 0) diagram.clear();
    said.textContent = write < 0 ? "" : diagram.find(write) ? `Write ${write}: bright are the messages that brought it, green the nodes where it became visible.`
      : `Write ${write} is not in this window.`;
  };
  const refilter = () => diagram.only({ ...filter });
  const part = data.messages.sent.length < data.total
    ? ` The page holds ${data.messages.sent.length} of the run's ${data.total} messages, those sent from ${seconds(data.from_us)} to ${seconds(data.to_us)}; ` : "";
  return el("div", {}, title,
    data.focus ? el("p", { class: "note" }, `Opens around ${data.focus}.`) : null,
    el("div", { class: "controls" },
      button("−", "zoom out", () => diagram.zoom(1 / 0.6)), button("+", "zoom in", () => diagram.zoom(0.6)), button("all", "show all", () => diagram.all()),
      button("causes", "light the causes of the chosen message", () => cone(true)),
      button("effects", "light the effects of the chosen message", () => cone(false)),
      button("clear", "clear what is lit and chosen", () => { diagram.clear(); said.textContent = ""; }),
      number("write", 1e9, search), number("node", data.nodes - 1, (node) => { filter.node = node; refilter(); }),
      menu("kind", ["all", ...data.kinds], 0, (i) => { filter.kind = i - 1; refilter(); }),
      menu("fate", ["all", "delivered", "lost"], 0, (i) => { filter.lost = i === 0 ? null : i === 2; refilter(); })),
    keys(data), diagram.canvas, diagram.said, said,
    el("p", { class: "note screen" }, "Drag to pan; click a message to choose it; with the diagram focused the wheel zooms. Keys: ← → pan, + − zoom, Home all, n and p next and previous message, c causes, e effects, Esc." + part, part ? [el("code", {}, "report --messages N"), " takes more of them."] : null),
    el("h3", {}, "Why it is so"), el("pre", { tabindex: "0", "aria-label": "what explain says of the run" }, data.explanation.trim()));
}

export function inside(report: Report): HTMLElement | null {
  return report.inside.length ? section("inside", "A run from inside", report.inside.map((data) => one(report, data))) : null;
}
