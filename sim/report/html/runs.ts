// Section 7: every run with its verdict and the command that repeats it; runs that did not pass, grouped by reason.
import type { Report, Run } from "./data";
import { caseText, el, section } from "./dom";

const page = 200;

export function runs(report: Report): HTMLElement {
  const groups = new Map<string, Run[]>();
  for (const run of report.runs) if (run.verdict !== "pass") { const key = `${run.verdict}: ${run.reasons.map((r) => r.replace(/\d+(\.\d+)?/g, "…")).join("; ") || "no reason given"}`; groups.set(key, [...(groups.get(key) ?? []), run]); }
  const body = el("tbody"), count = el("p", { class: "note", role: "status" });
  const filter = el("input", { type: "search", placeholder: "label, seed=3, verdict, hash …" }) as HTMLInputElement;
  const only = el("input", { type: "checkbox" }) as HTMLInputElement;
  const texts = report.runs.map((run) => [run.id, run.label, run.protocol, run.scenario, caseText(run.case), "seed=" + run.seed, run.verdict, run.reasons.join(" "), run.hash].join(" ").toLowerCase());
  const copy = (run: Run) => {
    const button = el("button", { class: "cmd", type: "button", title: "copy" }, el("code", {}, run.command));
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(run.command); }
      catch { const area = el("textarea") as HTMLTextAreaElement; area.value = run.command; document.body.append(area); area.select(); document.execCommand("copy"); area.remove(); button.focus(); }
      button.classList.add("copied"); count.textContent = `Copied the command of run ${run.id}.`;
    });
    return button;
  };
  const fill = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = report.runs.filter((run, i) => (!only.checked || run.verdict !== "pass") && words.every((word) => (word.includes("=") ? texts[i].split(/[\s,]+/).includes(word) : texts[i].includes(word))));
    count.textContent = `${found.length} of ${report.runs.length} runs` + (found.length > page ? `, the first ${page} are listed` : "");
    body.replaceChildren(...found.slice(0, page).map((run) => el("tr", { "data-run": String(run.id) }, el("td", {}, String(run.id)),
      el("td", { class: "text" }, run.label, el("span", { class: "diff" }, [run.scenario, caseText(run.case)].filter(Boolean).join(", "))), el("td", {}, run.seed),
      el("td", { class: "text" }, el("span", { class: "badge " + run.verdict }, run.verdict), run.reasons.map((reason) => el("span", { class: "diff" }, reason))), el("td", { class: "text" }, el("code", {}, run.hash)), el("td", { class: "text" }, copy(run)))));
  };
  filter.addEventListener("input", fill); only.addEventListener("change", fill);
  fill();
  return section("runs", "Runs", groups.size ? el("ul", {}, [...groups].map(([reason, of]) => el("li", {}, `${of.length} × ${reason}: runs ${of.slice(0, 20).map((run) => run.id).join(", ")}${of.length > 20 ? ", …" : ""}`))) : null,
    el("div", { class: "controls" }, el("label", {}, "filter ", filter), el("label", {}, only, " only those that did not pass")), count,
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "runs" }, el("table", {}, el("thead", {}, el("tr", {}, ["run", "protocol", "seed", "verdict", "hash", "command (click copies)"].map((text, i) => el("th", { scope: "col", class: i === 1 || i > 2 ? "text" : "" }, text)))), body)));
}
