// The page: reads its document and builds the sections in their order.
import { comparison } from "./comparison";
import { curves } from "./curves";
import type { Check, Report, Run } from "./data";
import { caseText, el, redraw, section, setPrinting } from "./dom";
import { distributions, frontier } from "./figures";
import { inside } from "./inside";
import { matrix } from "./matrix";
import { failures, runs } from "./runs";

const words = { pass: "passed", fail: "failed", inconclusive: "inconclusive", error: "crashed" };

function checked(check: Check): HTMLElement {
  const rows = check.rows.map((row) => el("tr", { class: row.bad ? "bad" : "" }, row.cells.map((text, i) => el("td", { class: i < 3 || i === 7 ? "text" : "" }, text))));
  const bad = check.rows.filter((row) => row.bad);
  return el("div", {},
    el("p", {}, el("span", { class: "badge " + (check.verdict === "no regression" ? "pass" : "fail") }, check.verdict), ` against ${check.baseline}, which was made by ${check.program}.`),
    bad.length ? el("ul", {}, bad.map((row) => el("li", {}, `${row.cells[0]}, ${row.cells[1]}, ${row.cells[2]}: ${row.reason}. Worse seeds, the worst first: ${row.seeds}.`,
      row.again.map((command) => el("div", {}, el("code", {}, command)))))) : null,
    el("details", { open: bad.length > 0 }, el("summary", {}, "Every metric against the baseline"),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "metrics against the baseline" },
        el("table", {}, el("thead", {}, el("tr", {}, check.columns.map((name, i) => el("th", { scope: "col", class: i < 3 || i === 7 ? "text" : "" }, name)))), el("tbody", {}, rows)))));
}

function verdict(report: Report): HTMLElement {
  const v = report.verdicts, shown = 3;
  const worst: Run["verdict"] = v.error ? "error" : v.inconclusive ? "inconclusive" : v.fail ? "fail" : "pass";
  const counts = (["pass", "fail", "inconclusive", "error"] as const).filter((name) => v[name]).map((name) => `${v[name]} ${words[name]}`);
  const groups = failures(report);
  return section("verdict", "Verdict",
    el("p", { class: "verdict" }, el("span", { class: "badge " + worst }, worst), ` – ${report.total} ${report.total === 1 ? "run" : "runs"}: ${counts.join(", ")}`),
    groups.slice(0, shown).map(([, runs]) => el("p", {}, `${runs.length} × ${runs[0].verdict}, as run ${runs[0].id}: ${runs[0].reasons.join("; ") || "no reason given"}`, el("br"), "again: ", el("code", {}, runs[0].command))),
    groups.length > shown ? el("p", {}, `and ${groups.length - shown} more groups: `, el("a", { href: "#runs" }, "all runs")) : null,
    report.check ? checked(report.check) : null,
    el("p", {}, `Hearsay ${report.program}${report.store ? `; results of ${report.store}` : ""}.`),
    report.runs.length < report.total ? el("p", { class: "note" }, `${report.runs.length} of the ${report.total} runs are in this page: of each row of the table the same number, or all, evenly by seed, and the first that did not pass. The verdict and the table are of all runs; curves, distributions and lists are of these.`) : null,
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
  const theme = el("button", { type: "button", title: "switch between light and dark" }, "light / dark");
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
  let onScreen = "";
  addEventListener("beforeprint", () => {
    onScreen = document.documentElement.dataset.theme!;
    document.documentElement.dataset.theme = "light";
    setPrinting(true);
    redraw();
  });
  addEventListener("afterprint", () => {
    document.documentElement.dataset.theme = onScreen;
    setPrinting(false);
    redraw();
  });
  document.documentElement.dataset.ready = "yes";
}

main();
