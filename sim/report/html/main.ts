// The page: reads its document and builds the sections in their order.
import { comparison } from "./comparison";
import { curves } from "./curves";
import type { Report, Run } from "./data";
import { caseText, el, redraw, section } from "./dom";
import { distributions, frontier } from "./figures";
import { inside } from "./inside";
import { matrix } from "./matrix";
import { runs } from "./runs";

function verdict(report: Report): HTMLElement {
  const v = report.verdicts;
  const worst: Run["verdict"] = v.error ? "error" : v.inconclusive ? "inconclusive" : v.fail ? "fail" : "pass";
  const counts = (["pass", "fail", "inconclusive", "error"] as const)
    .filter((name) => v[name])
    .map((name) => `${v[name]} ${name === "pass" ? "passed" : name === "fail" ? "failed" : name === "error" ? "crashed" : name}`);
  return section("verdict", "Verdict",
    el("p", { class: "verdict" }, el("span", { class: "badge " + worst }, worst), ` – ${report.runs.length} runs: ${counts.join(", ")}`),
    el("p", {}, `Hearsay ${report.program}; results of ${report.store}.`),
    report.superseded ? el("p", { class: "note" }, `${report.superseded} runs of other versions of the program are left out: a later run of the same case and seed is there.`) : null,
    el("p", {}, "This page again: ", el("code", {}, report.command), ". Each run has its own command below."));
}

function scenarios(report: Report): HTMLElement {
  return section("scenario", "Scenario", report.scenarios.map((text, index) => {
    const run = report.runs.find((r) => r.text === index);
    const name = run ? [run.scenario, caseText(run.case)].filter(Boolean).join(": ") : `${index + 1}`;
    return el("details", { open: index === 0 }, el("summary", {}, name), el("pre", { tabindex: "0", "aria-label": "scenario " + name }, text));
  }));
}

function main(): void {
  const report = JSON.parse(document.getElementById("data")!.textContent!) as Report;
  const names = [...new Set(report.runs.map((run) => run.scenario))].join(", ");
  document.title = `${names} – Hearsay report`;
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const theme = el("button", { type: "button", "aria-label": "switch between light and dark" }, "light / dark");
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    redraw();
  });
  const sections = [verdict, comparison, curves, distributions, frontier, matrix, runs, inside, scenarios];
  const content = el("main");
  document.body.append(el("header", {}, el("h1", {}, names), theme), content);
  const links = el("nav", { "aria-label": "sections" });
  content.append(links);
  for (const make of sections) {
    const made = make(report);
    if (!made) continue;
    content.append(made);
    links.append(el("a", { href: "#" + made.id }, made.querySelector("h2")!.textContent!));
  }
  redraw();
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; redraw(); } });
  document.documentElement.dataset.ready = "yes";
}

main();
