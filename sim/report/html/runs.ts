// Section 7: every run with its verdict and the command that repeats it; runs that did not pass, grouped by reason.
import type { Report, Run } from "./data";
import { caseText, chooseRun, copier, el, section } from "./dom";

const page = 200;

// By verdict and reasons, whatever the numbers in them.
export function failures(report: Report): [reason: string, runs: Run[]][] {
  const groups = new Map<string, Run[]>();
  for (const run of report.runs) {
    if (run.verdict === "pass") continue;
    const key = `${run.verdict}: ${run.reasons.map((reason) => reason.replace(/\d+(\.\d+)?/g, "…")).join("; ") || "no reason given"}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups];
}

function runButton(run: Run): HTMLElement {
  const button = el("button", { type: "button", class: "link", title: "show its curves", "aria-label": `show the curves of run ${run.id}` }, String(run.id));
  button.addEventListener("click", () => chooseRun(run.id));
  return button;
}

export function runs(report: Report): HTMLElement {
  const body = el("tbody"), count = el("p", { class: "note", role: "status" });
  const filter = el("input", { type: "search", placeholder: "label, seed=3, verdict, hash …" }) as HTMLInputElement;
  const only = el("input", { type: "checkbox" }) as HTMLInputElement;
  const texts = report.runs.map((run) => [run.id, run.label, run.protocol, run.scenario, caseText(run.case), "seed=" + run.seed, run.verdict, run.reasons.join(" "), run.hash].join(" ").toLowerCase());
  const row = (run: Run) => el("tr", { "data-run": String(run.id) },
    el("td", {}, run.curves ? runButton(run) : String(run.id)),
    el("td", { class: "text" }, run.label, el("span", { class: "diff" }, [run.scenario, caseText(run.case)].filter(Boolean).join(", "))),
    el("td", {}, run.seed),
    el("td", { class: "text" }, el("span", { class: "badge " + run.verdict }, run.verdict), run.reasons.map((reason) => el("span", { class: "reason" }, reason))),
    el("td", { class: "text" }, el("code", { class: "whole" }, run.hash)),
    el("td", { class: "text" }, copier(run.command, el("code", {}, run.command), count)));
  const fill = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = report.runs.filter((run, i) => (!only.checked || run.verdict !== "pass") &&
      words.every((word) => (word.includes("=") ? texts[i].split(/[\s,]+/).includes(word) : texts[i].includes(word))));
    count.textContent = `${found.length} of ${report.runs.length} runs` + (found.length > page ? `, the first ${page} are listed` : "");
    body.replaceChildren(...found.slice(0, page).map(row));
  };
  filter.addEventListener("input", fill);
  only.addEventListener("change", fill);
  fill();
  const groups = failures(report);
  return section("runs", "Runs",
    groups.length ? el("ul", {}, groups.map(([reason, of]) => el("li", {}, `${of.length} × ${reason}: runs ${of.slice(0, 20).map((run) => run.id).join(", ")}${of.length > 20 ? ", …" : ""}`))) : null,
    el("div", { class: "controls" }, el("label", {}, "filter ", filter), el("label", {}, only, " only those that did not pass")), count,
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "runs" },
      el("table", {}, el("thead", {}, el("tr", {}, ["run", "protocol", "seed", "verdict", "hash", "command (click copies)"].map((text, i) => el("th", { scope: "col", class: i === 1 || i > 2 ? "text" : "" }, text)))), body)));
}
