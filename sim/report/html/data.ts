// The document in the page (made by sim/report/report_data.cpp and sim/report/event_log.cpp). Figures are in the units of
// their fields; "never": it was asked for and did not happen; null: not measured. All text comes from users: it is put
// into the page as text nodes only.

export type Figure = number | "never" | "-never" | null;

export interface Field {
  key: string; // column of the store, key in rows of `comparison`
  name: string; // dotted, as in `expect`
  heading: string;
  scale: number; // shown = value * scale
  unit: string;
  better: "" | "lower" | "higher";
  share: boolean;
  meaning: string;
}

// As `compare --format json` prints it.
export interface Compared {
  median: Figure;
  p5: Figure;
  p95: Figure;
  best: boolean;
  difference?: { pairs: number; median: Figure; interval: [Figure, Figure] | null };
}
export interface ComparedRow {
  label: string;
  protocol: string;
  acknowledges: string;
  runs: number;
  crashed: number;
  converged: number;
  flaws: string[];
  [key: string]: unknown; // Compared, by Field.key
}
export interface ComparedTable {
  scenario: string;
  by: Record<string, string>;
  nodes: string;
  reference: string;
  rows: ComparedRow[];
}

export interface Fault {
  verb: string;
  text?: string;
  at: number;
  until: number | null;
  nodes: number[];
  [effect: string]: unknown; // dropped, delayed, ...: counts
}

// Two samples of each of `buckets` spans: the least and the greatest value, in their order.
export interface RunCurves {
  t: number[];
  present: (number | null)[];
  distinct_states: (number | null)[];
  messages_per_s: (number | null)[];
  bytes_per_s: (number | null)[];
  client_latency_s: (number | null)[] | null; // null: nothing was measured
  views: (number | null)[] | null;
}
export type CurveName = "present" | "distinct_states" | "messages_per_s" | "bytes_per_s" | "client_latency_s" | "views";
export interface Band {
  median: (number | null)[];
  p5: (number | null)[];
  p95: (number | null)[];
}
export type Bands = { t: number[]; runs: number; first_run: number } & Record<CurveName, Band | null>;

export interface Run {
  id: number; // in the store
  scenario: string;
  label: string;
  protocol: string;
  case: Record<string, string>;
  seed: string;
  nodes: number;
  params: string;
  verdict: "pass" | "fail" | "inconclusive" | "error";
  reasons: string[];
  hash: string;
  version: string;
  command: string;
  text: number; // index into `scenarios`
  converged: boolean | null;
  figures: Figure[]; // as `fields`
  curves: RunCurves | null;
  row: number; // index into `bands`: runs of one scenario, case and label
  faults?: Fault[];
}

// A run from inside: what happened between from_us and to_us, in whole microseconds.
export interface Inside {
  run: number; // id
  problem?: string; // it could not be run again; nothing else is there
  nodes: number;
  from_us: number;
  to_us: number;
  end_us: number;
  total: number; // transmissions of the whole run
  kinds: string[];
  fates: string[]; // 0 delivered, 1 on its way at the end, then the reasons of drops
  messages: {
    sent: number[]; // each as the difference to the one before, the first to from_us
    flight: number[]; // until delivery or loss; -1: neither happened
    from: number[];
    to: number[];
    kind: number[];
    fate: number[];
    copies: number[]; // indices of duplicates that the network made
  };
  applied: { at: number[]; node: number[]; write: number[]; by: number[] }; // at: differences; by: a message, or -1
  writes: [write: number, node: number, invoked: number, answered: number, acknowledged: number, key: string][];
  marks: [at: number, node: number, kind: string][]; // crash, restart, pause, resume, join, leave; from the beginning
  faults: Fault[];
  focus_us: number;
  focus: string;
  write: number | null; // the one to light up
  explanation: string; // as `explain` prints it
}

// A map of single faults, as `map` writes it: what each costs, by where it strikes and when it begins.
export interface FaultMap {
  scenario: string;
  label: string;
  fault: string;
  lasts_s: number;
  metric: string; // what `value` is of
  rows_are: string; // node, pair, link
  rows: string[];
  times_s: number[];
  cells: MapCell[]; // row by row
}
export interface MapCell {
  converged: boolean; // with every seed
  convergence_time_s: number | null; // null: it never converged
  missing: number;
  client_p99_s: number | null;
  value: number | null;
  never: boolean; // so is the value
  command: string;
}

// What `check` found, in the words of its table.
export interface Check {
  verdict: "regression" | "undecided" | "no regression";
  baseline: string;
  program: string; // that the baseline was made by
  columns: string[];
  rows: { cells: string[]; bad: boolean; reason: string; seeds: string; again: string[] }[];
}

export interface Report {
  format: 1;
  program: string;
  command: string;
  store: string; // empty: it was a temporary one
  superseded: number;
  verdicts: Record<Run["verdict"], number>; // of all runs of the store
  total: number; // of them; `runs` has a part of them if it is shorter
  columns: Field[];
  comparison: ComparedTable[];
  fields: Field[];
  runs: Run[];
  buckets: number; // of the curves of single runs
  bands: (Bands | null)[];
  scenarios: string[];
  maps: FaultMap[];
  check: Check | null;
  inside: Inside[];
}
