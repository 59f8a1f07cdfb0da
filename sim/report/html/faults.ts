// What a firing of a fault chose and did, in words.
import type { Fault } from "./data";
import { short } from "./dom";

export function faultText(fault: Fault): string {
  const did = Object.entries(fault)
    .filter(([name, value]) => typeof value === "number" && value > 0 && name !== "at" && name !== "until" && name !== "entry")
    .map(([name, value]) => `${name} ${value}`);
  const nodes = fault.nodes ?? [];
  return [
    fault.text ? `${fault.verb}: ${fault.text}` : fault.verb,
    `${short(fault.at)} s to ${fault.until == null ? "the end" : short(fault.until) + " s"}`,
    nodes.length ? `nodes ${nodes.slice(0, 30).join(", ")}${nodes.length > 30 ? ", …" : ""}` : "",
    did.join(", ") || "touched nothing",
  ].filter(Boolean).join("\n");
}
