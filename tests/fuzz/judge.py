"""Whether a result contradicts itself: sentences of docs/definitions.md that hold in every run."""
import math


def numbers(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item, path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def ascending(values):
    values = [value for value in values if value is not None]
    return all(a <= b for a, b in zip(values, values[1:]))


def contradictions(result):
    """Sentences that do not hold; none if all is well. Of a run that ended in an error, that it did."""
    if result["verdict"] == "error":
        if any("`engine.max_in_flight`" in reason for reason in result["reasons"]):
            return  # a storm of messages, ended by the bound that the scenario states
        yield "the run ended in an error: " + "; ".join(result["reasons"])
        return
    for path, value in numbers(result):
        if not math.isfinite(value):
            yield f"{path} is {value}"
        # Metrics of a protocol, parameters and the bounds of expectations may be negative.
        if value < 0 and path.split(".")[0] not in ("params", "protocol_metrics", "expectations", "case"):
            yield f"{path} is {value}"
    messages = result["messages"]
    ended = messages["delivered"] + messages["in_flight"] + sum(messages["dropped"].values())
    if messages["sent"] + messages["duplicated"] != ended:
        yield f"sent {messages['sent']} + duplicated {messages['duplicated']} are not the {ended} that ended or are in flight"
    if sum(kind["sent"] for kind in messages["by_type"].values()) != messages["sent"]:
        yield "the kinds of messages do not add up to sent"
    if messages["redundant"] > messages["delivered"] + messages["dropped"]["corrupt"]:
        yield "more redundant messages than delivered ones"
    if result["converged"] and result["distinct_states"] > 1:
        yield f"converged with {result['distinct_states']} states"
    if result["convergence_time_s"] is not None and not result["converged"]:
        yield "a time of convergence without convergence"
    if (result["divergence_s"] or 0) > result["simulated_s"] + 1e-9:
        yield "diverged for longer than the run"
    yield from of_operations(result)
    for name in ("delivery_latency_s", "client_latency_s", "stable_latency_s", "everywhere_latency_s"):
        latency = result.get(name) or {}
        order = [latency.get(key) for key in ("p0", "p50", "p90", "p95", "p99", "p100", "max")]
        if not ascending(order):
            yield f"{name} does not ascend: {order}"
        if any(value is not None and value > result["simulated_s"] + 1e-9 for value in order):
            yield f"{name} is longer than the run: {order}"
    for fault in result["faults"]:
        if fault["until"] is not None and fault["until"] < fault["at"]:
            yield f"a fault ends before it begins: {fault}"
    if not ascending(result.get("series", {}).get("t", [])):
        yield "the series goes back in time"


def of_operations(result):
    operations = result["operations"]
    answered = sum(operations[key] for key in ("acknowledged", "failed", "rejected", "timed_out"))
    if answered > operations["attempted"]:
        yield f"more operations answered than asked: {operations}"
    for key, value in operations["writes"].items():
        if operations[key] != value + operations["reads"][key]:
            yield f"{key}: writes and reads are not the operations"
    if result["lost_writes"] is not None and result["lost_writes"] > operations["writes"]["acknowledged"]:
        yield "more writes lost than acknowledged"
    if result["residue"] is not None and not 0 <= result["residue"] <= 1:
        yield f"residue is {result['residue']}"
