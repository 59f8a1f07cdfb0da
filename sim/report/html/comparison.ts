// Section 2: what `compare` prints, sortable.
import type { Compared, ComparedRow, ComparedTable, Field, Figure, Report } from "./data";
import { caseText, el, figure, finite, heading, rank, section } from "./dom";

// Where only one of the two ever comes to it, there is no number.
const differenceText = (median: Figure, field: Field): string =>
  median === "never" ? "never, ref. does" : median === "-never" ? "ref. never" : `Δ ${figure(median, field)}`;

function cell(report: Report, row: ComparedRow, index: number): HTMLElement {
  const field = report.columns[index], value = row[field.key] as Compared;
  const difference = value.difference;
  const range = row.runs > 1 && value.p5 !== value.p95 ? `5 to 95 %: ${figure(value.p5, field)} to ${figure(value.p95, field)}` : "";
  return el("td", { class: value.best ? "best" : "", title: range }, figure(value.median, field), value.best ? " ★" : "",
    difference && difference.median !== null
      ? el("span", { class: "diff" }, differenceText(difference.median, field), difference.interval && finite(difference.median) ? ` [${figure(difference.interval[0], field)}, ${figure(difference.interval[1], field)}]` : "")
      : null);
}

function table(report: Report, compared: ComparedTable): HTMLElement {
  const body = el("tbody");
  let rows = [...compared.rows];
  const fill = () => body.replaceChildren(...rows.map((row) => el("tr", {},
    el("td", { class: "text" }, row.label, row.flaws.length ? el("span", { class: "diff" }, row.flaws.join(", ")) : null),
    el("td", { class: "text long" }, row.acknowledges || "–"), el("td", {}, String(row.runs)), el("td", {}, `${row.converged}`),
    report.columns.map((_, index) => cell(report, row, index)))));
  const value = (row: ComparedRow, column: number): number | string =>
    column === 0 ? row.label : column === 1 ? row.acknowledges : column === 2 ? row.runs : column === 3 ? row.converged
      : rank((row[report.columns[column - 4].key] as Compared).median);
  const heads: HTMLElement[] = [];
  const head = (text: string, column: number, meaning: string, name: boolean) => {
    const th = el("th", { scope: "col", title: meaning, class: name ? "text" : "", "aria-sort": "none" }, el("button", { type: "button" }, text));
    th.addEventListener("click", () => {
      const up = th.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => { const x = value(a, column), y = value(b, column); return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1); });
      fill();
    });
    heads.push(th);
    return th;
  };
  const names = [head("protocol", 0, "label of the protocol", true), head("acknowledges", 1, "when a client is answered", true), head("runs", 2, "", false), head("converged runs", 3, "", false),
    ...report.columns.map((field, index) => head(heading(field), index + 4, `${field.name}: ${field.meaning}`, false))];
  fill();
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": titleOf(compared) }, el("table", {}, el("thead", {}, el("tr", {}, names)), body));
}

const titleOf = (compared: ComparedTable): string => [compared.scenario, `${compared.nodes} nodes`, caseText(compared.by)].filter(Boolean).join(", ");

// Of many tables only the first is made at once; the others when they are opened.
function part(report: Report, compared: ComparedTable, folded: boolean): HTMLElement {
  const against = () => el("p", { class: "note" }, `Differences against ${compared.reference}.`);
  if (!folded) return el("div", {}, el("h3", {}, titleOf(compared)), against(), table(report, compared));
  const details = el("details", {}, el("summary", {}, titleOf(compared)));
  details.addEventListener("toggle", () => details.append(against(), table(report, compared)), { once: true });
  return details;
}

export function comparison(report: Report): HTMLElement {
  return section("comparison", "Protocols", el("p", { class: "note" }, "Medians over seeds, ★ the best of the rows that kept everything; Δ: median of the differences of runs of equal seed, [95 % confidence interval]; ref. never: the row comes to it, and the reference never does. Click a heading to sort."),
    report.comparison.map((compared, index) => part(report, compared, index > 0 && report.comparison.length > 4)));
}
