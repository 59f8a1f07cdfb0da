"""Random scenarios, made from what the program itself declares (`list`, `describe --format json`), and mutations of the
files that ship. A scenario is small, so that a run takes milliseconds: up to 12 nodes, 8 s and some hundred operations."""
import json
import pathlib
import subprocess

KINDS = ("protocols", "workloads", "faults", "topologies")


class Declarations:
    def __init__(self, program):
        def ask(*words):
            done = subprocess.run([program, *words, "--format", "json"], capture_output=True, text=True, check=True)
            return json.loads(done.stdout)

        self.of = {kind: {entry["name"]: ask("describe", entry["name"]) for entry in ask("list", kind)}
                   for kind in KINDS}


def scalar(random, parameter, nodes):
    """A value within the bounds of a parameter, most of them small."""
    low, high = parameter["minimum"], parameter["maximum"]
    low, high = 0 if low is None else low, 1e9 if high is None else high
    kind = parameter["type"]
    if kind == "boolean":
        return random.choice(["true", "false"])
    if kind == "integer":
        return str(int(min(max(random.choice([low, 0, 1, 2, 3, 5, 8, 50, 1000]), low), high)))
    if kind == "number":
        return repr(min(max(random.choice([low, 0.1, 0.5, 1, 1.5, 2, 10]), low), high))
    if kind == "share":
        return random.choice(["0%", "100%", "50%", "10%", "1%", repr(round(min(max(random.random(), low), high), 3))])
    if kind == "duration":
        shortest = 1e-3 if low > 0 else 0  # a period of 1 us is allowed, and slow: millions of rounds
        seconds = random.choice([shortest, 1e-3, 0.01, 0.05, 0.2, 1, 3, 60, high])
        return f"{int(min(max(seconds, low), high) * 1e9)}ns"
    if kind == "rate":
        return random.choice(["1/s", "20/s", "200/s", "30/m", "0/s"])
    if kind == "size":
        return f"{int(min(max(random.choice([low, 0, 1, 64, 1500, 20000, 200000]), low), high))}B"
    if kind == "bandwidth":
        return random.choice(["1bps", "10kbps", "1Mbps", "1Gbps"])
    if kind == "choice":
        return random.choice(parameter["choices"])
    if kind == "text list":
        return [random.choice(parameter["choices"] or ["a", "b"]) for _ in range(random.randint(0, 3))]
    if kind == "selector":
        return selector(random, nodes)
    if kind == "selector list":
        return [[node for node in range(nodes) if node % 2 == part] for part in (0, 1)]
    if kind == "edge list":
        pairs = [[a, b] for a in range(nodes) for b in range(a + 1, nodes)]
        return random.sample(pairs, random.randint(0, len(pairs)))
    return random.choice(["x", "a.b", "0"])


def selector(random, nodes):
    node = random.randrange(nodes)
    return random.choice(["all", node, [node], [f"0..{node}"], {"random": random.randint(1, nodes)}, {"random": "30%"},
                          {"not": node}])


BEYOND = ["-1", "0", "1e308", "nan", "inf", "", "~", "[]", "{}", "9223372036854775807", "-9223372036854775808", "1ns", "0s",
          "2562047h", "1000h", "3600000s", "100.1%", "0bps", "9000000Gbps", "all", "x" * 50, "\\u202e"]


def given(random, parameters, nodes, share, beyond):
    """Some of the parameters, each with a value; with `beyond`, one now and then has one that is out of bounds."""
    values = {}
    for parameter in parameters:
        if not parameter["required"] and random.random() > share:
            continue
        value = scalar(random, parameter, nodes)
        if beyond and random.random() < 0.05:
            value = random.choice(BEYOND)
        put(values, parameter["name"], value)
    return values


def put(values, path, value):
    for part in path.split(".")[:-1]:
        values = values.setdefault(part, {})
    values[path.split(".")[-1]] = value


def workload(random, declarations, name, nodes, seconds, beyond):
    values = given(random, declarations.of["workloads"][name]["parameters"], nodes, 0.25, beyond)
    if not beyond:  # few, and within the run
        values.pop("stop", None)
        values.pop("final_reads", None)
        values["start"] = random.choice(["0s", "1s"])
        values.pop("operations", None)
        values["rate"] = random.choice(["1/s", "20/s", "60/s"])
        if random.random() < 0.3:
            values.update(stop=f"{seconds - 2}s", final_reads="500ms")
        if random.random() < 0.3:
            values["timeout"] = random.choice(["5ms", "1s"])
        for name_of_count in ("clients", "burst", "objects", "elements", "keys"):
            if name_of_count in values:
                values[name_of_count] = str(random.choice([1, 2, 5, 20]))
        values.pop("client_latency", None)
    return {"kind": name, **values}


def fault(random, declarations, nodes, seconds, beyond):
    name = random.choice([n for n in declarations.of["faults"] if n != "link"])
    entry = {"at": f"{random.randrange(seconds * 1000 - 1)}ms"}
    length = random.choice([None, 1, 100, 1000, 3000])
    if length:
        entry["for"] = f"{length}ms"
    if length and random.random() < 0.2:
        entry.update(every=f"{length + random.randrange(2000)}ms", times=str(random.randint(1, 4)))
    entry[name] = given(random, declarations.of["faults"][name]["parameters"], nodes, 0.4, beyond)
    return entry


def conditions(random, declarations, nodes, beyond):
    network = {"model": random.choice(["latency", "latency", "flow"]), "fifo": random.choice(["true", "false"])}
    if random.random() < 0.3:
        network["latency"] = random.choice(["0s", "5ms", {"uniform": {"min": "0s", "max": "20ms"}},
                                            {"normal": {"mean": "5ms", "stddev": "10ms"}}, {"exponential": {"mean": "30ms"}}])
    for name, info in declarations.of["faults"].items():
        if info["background"] and random.random() < 0.15:
            network[name] = given(random, info["parameters"], nodes, 0.3, beyond)
    return network


def platform(random):
    return random.choice([{"star": {"latency": "1ms", "bandwidth": "1Gbps"}}, {"star": {"latency": "0s", "bandwidth": "1Mbps"}},
                          {"uniform": {"latency": {"min": "0s", "max": "50ms"}}}, {"file": "lan.xml"},
                          {"file": "three-regions.xml"}])


def scenario(random, declarations):
    beyond = random.random() < 0.2
    nodes, seconds = random.randint(1, 12), random.randint(3, 8)
    name = random.choice(list(declarations.of["workloads"]))
    serving = declarations.of["workloads"][name]["protocols"]
    entries = [{"name": protocol, "label": f"{protocol} {i}",
                "params": given(random, declarations.of["protocols"][protocol]["parameters"], nodes,
                                random.choice([0, 0.02, 0.05, 0.1]), beyond)}
               for i, protocol in enumerate(random.choices(serving, k=random.randint(1, 2)))]
    topology = random.choice(list(declarations.of["topologies"]))
    shape = given(random, declarations.of["topologies"][topology]["parameters"], nodes, 0.5, beyond)
    for key, value in shape.items():
        if isinstance(value, str) and value.isdigit():
            shape[key] = str(min(int(value), 2 * max(nodes // 3, 1)))
    return {"name": "fuzz", "seed": random.randrange(1000), "duration": f"{seconds}s", "nodes": nodes,
            **({"settle": "500ms"} if random.random() < 0.7 else {}), "platform": platform(random),
            "topology": {topology: shape} if shape else topology,
            "network": conditions(random, declarations, nodes, beyond),
            "engine": {"dispatch": random.choice(["actor", "inline"]), "sync_latency": random.choice(["0s", "1ms"]),
                       "max_in_flight": "200000"},
            "protocols": entries, "workload": workload(random, declarations, name, nodes, seconds, beyond),
            "faults": [fault(random, declarations, nodes, seconds, beyond) for _ in range(random.randint(0, 4))]}


WITHOUT = {"topology": "full", "network": {"model": "latency"}, "platform": {"star": {"latency": "1ms"}}}


def repaired(scenario, lines):
    """The same without what stands on the lines (of `document`) with mistakes; so most scenarios get to run."""
    good = dict(scenario)
    good["faults"] = [entry for at, entry in enumerate(scenario["faults"], start=len(scenario) + 1) if at not in lines]
    for at, key in enumerate((key for key in scenario if key != "faults"), start=1):
        if at not in lines:
            continue
        if key == "protocols":
            good[key] = [{**entry, "params": {}} for entry in scenario[key]]
        elif key == "workload":
            good[key] = {"kind": scenario[key]["kind"], "rate": "20/s"}
        elif key in WITHOUT:
            good[key] = WITHOUT[key]
    return good


def document(scenario):
    """A line for each key, then one for each fault."""
    lines = [f"{key}: {text(value)}" for key, value in scenario.items() if key != "faults"]
    faults = [f"  - {text(entry)}" for entry in scenario["faults"]]
    return "\n".join(lines + (["faults:", *faults] if faults else [])) + "\n"


def text(value):
    """YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    return str(value)


def mutated(random, source):
    """A shipped file with some of its lines, words or bytes changed."""
    lines = source.split(b"\n")
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(lines))
        match random.randrange(6):
            case 0: del lines[at]
            case 1: lines.insert(at, random.choice(lines))
            case 2: lines[at] = b" " * random.randint(0, 6) + lines[at].strip()
            case 3:
                words = lines[at].split(b" ")
                words[random.randrange(len(words))] = random.choice(BEYOND).encode()
                lines[at] = b" ".join(words)
            case 4:
                where = random.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:where] + bytes([random.randrange(256)]) + lines[at][where + 1:]
            case 5: lines[at] = lines[at].replace(b"1", random.choice([b"9", b"0", b"-1", b"999999999"]), 1)
        lines = lines or [b""]
    return b"\n".join(lines)


def shipped(source, pattern):
    return sorted(path for path in pathlib.Path(source).glob(pattern) if path.stat().st_size < 20_000)
