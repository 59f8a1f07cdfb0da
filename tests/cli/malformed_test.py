"""Wrong scenarios, platforms and command lines through the program: exit 254, a message that names the line and what
would be right, nothing on stdout, no crash, no hang."""
import re
import unittest

from program import SMALL, ProgramTest

HEAD = "name: wrong\nprotocols: [interceptor-broadcast]\n"

# (what stands behind HEAD, the line of the mistake, a part of the message)
SCENARIOS = [
    ("nodez: 5\n", 3, "did you mean `nodes`?"),
    ("nodes: five\n", 3, "not a number"),
    ("nodes: 0\n", 3, "at least 1"),
    ("nodes: -3\n", 3, "at least 1"),
    ("nodes: 99999999999999999999999\n", 3, "too large"),
    ("nodes: 5.5\n", 3, "whole number"),
    ("nodes: [5]\n", 3, "list"),
    ("nodes: {a: 5}\n", 3, "map"),
    ("nodes:\n", 3, "no value"),
    ("nodes: 3\nnodes: 4\n", 4, "nodes"),
    ("duration: 60\n", 3, "no unit"),
    ("duration: -5s\n", 3, "negative"),
    ("duration: 5 parsecs\n", 3, "duration"),
    ("duration: 1e400s\n", 3, "duration"),
    ("duration: 99999999999999999h\n", 3, ""),
    ("seed: -1\n", 3, "seed"),
    ("seeds: 5..1\n", 3, "backwards"),
    ("seeds: 1..99999999999\n", 3, ""),
    ("seed: 1\nseeds: 1..3\n", 4, "seed"),
    ("topology: rng\n", 3, "did you mean `ring`?"),
    ("topology: {tree: 0}\n", 3, ""),
    ("nodes: 5\ntopology: {k-regular: 3}\n", 4, ""),
    ("nodes: 5\ntopology: {k-regular: 9}\n", 4, ""),
    ("nodes: 5\ntopology: {edges: [[0, 9]]}\n", 4, "9"),
    ("topology: {small-world: {k: 4, p: 110%}}\n", 3, ""),
    ("platform: lan.xml\n", 3, "`{file: PATH}`"),
    ("platform: {file: nowhere.xml}\n", 3, "does not exist"),
    ("platform: {file: .}\n", 3, "is not a file"),
    ("platform: {stra: {latency: 1ms}}\n", 3, "did you mean `star`?"),
    ("platform: {star: {latency: 1Gbps}}\n", 3, "duration"),
    ("platform: {star: {latency: 1ms, bandwidth: fast}}\n", 3, "bandwidth"),
    ("platform: {uniform: {latency: {min: 10ms, max: 1ms}}}\n", 3, "less than `min`"),
    ("network: {model: fluid}\n", 3, "latency, flow"),
    ("network: {loss: 101%}\n", 3, "share"),
    ("network: {loss: 2}\n", 3, "share"),
    ("network: {latency: {exponental: {mean: 1ms}}}\n", 3, "exponential"),
    ("engine: {dispatch: thread}\n", 3, "actor"),
    ("engine: {max_in_flight: 0}\n", 3, "at least 1"),
    ("workload: {kind: brodcast}\n", 3, "did you mean `broadcast`?"),
    ("workload: {rate: 20}\n", 3, "no unit"),
    ("workload: {rate: 20/s, operations: 5, rte: 3/s}\n", 3, "did you mean `rate`?"),
    ("workload: {reads: half}\n", 3, "share"),
    ("workload: {size: 64 bananas}\n", 3, "size"),
    ("workload: {targets: 9}\n", 3, "there is no node 9"),
    ("faults:\n  - {at: 1s, partiton: {kind: halves}}\n", 4, "did you mean `partition`?"),
    ("faults:\n  - {at: 1s}\n", 4, "no verb"),
    ("faults:\n  - {at: 1s, crash: {nodes: 7}}\n", 4, "there is no node 7"),
    ("faults:\n  - {at: 1s, crash: {nodes: {random: 9}}}\n", 4, "more than there are"),
    ("faults:\n  - {at: 1s, crash: {nodes: {zone: eu}}}\n", 4, "there is no zone `eu`"),
    ("faults:\n  - {at: 1s, crash: {nodes: 1, dsk: lost}}\n", 4, "did you mean `disk`?"),
    ("faults:\n  - {at: 1s, for: -2s, crash: {nodes: 1}}\n", 4, "negative"),
    ("faults:\n  - {at: 1s, partition: {groups: [[0..2], [2..4]]}}\n", 4, "2"),
    ("faults:\n  - {at: 1s, partition: {kind: halvs}}\n", 4, "did you mean `halves`?"),
    ("faults:\n  - at: 1s\n    for: 1s\n    loss: {rate: 200%}\n", 6, "share"),
    ("expect: {convergence_time_s: {max: 2s}}\n", 3, "without a unit"),
    ("expect: {converged: [true]}\n", 3, "list"),
    ("matrix: {nodes: 5}\n", 3, "list of values"),
    ("matrix:\n  nodes: [5, -1]\n", 4, "at least 1"),
    ("matrix:\n  protocols.0.label: [a, b]\n", 4, "cannot vary"),
    ("faults: [\n", 4, ""),
    ("nodes: 5\n\tduration: 3s\n", 4, ""),
    ("description: \"open\nnodes: 5\n", 3, "never closed"),
    ("description: 'it''s open\nnodes: 5\n", 3, "never closed"),
    ("nodes: *nobody\n", 3, "anchor is not defined"),
    ("description: &a [*a]\n", 3, "cannot contain itself"),
    ("nodes: 3\ndescription: \x01\n", 4, "control character"),
]

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    "a%d: &a%d [%s]\n" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10)) for i in range(1, 12))

# (the whole file, the line, a part of the message)
FILES = [
    (b"", 1, "empty"),
    (b"# nothing\n", 1, "empty"),
    (b"\x7fELF\x02\x01\x00\x00", 1, "control character"),
    (b"name: x\n\x00\n", 2, "control character"),
    (SMALL.encode("utf-16"), 1, "UTF-8"),
    (b"name: \xff\n", 1, "UTF-8"),
    (b"- a\n- b\n", 1, "a scenario is a map"),
    (b"protocols: [interceptor-broadcast]\n", 1, "lacks `name`"),
    (b"name: x\n", 1, "lacks `protocols`"),
    (b"name: a b\nprotocols: [interceptor-broadcast]\n", 1, "letters, digits"),
    (b"name: x\nprotocols: []\n", 2, "empty"),
    (b"name: x\nprotocols: [delta-gosip-of-mine]\n", 2, "the protocols are"),
    (b"name: x\nprotocols:\n  - name: interceptor-broadcast\n    params: {retris: 3}\n", 4, "did you mean `retries`?"),
    (b"name: x\nprotocols:\n  - name: interceptor-broadcast\n    params: {retries: many}\n", 4, "not a number"),
    (BOMB.encode(), None, "expand to more than"),
    (b"a:\n  " + b"- " * 100_000, 2, "deep"),
    (b"a:\n" + b"[" * 100_000, 2, "close every bracket"),
    (b"a: " + b"{a: " * 5_000 + b"1" + b"}" * 5_000, 1, "deep"),
    (("name: x\nprotocols: [interceptor-broadcast]\nmatrix:\n" + "".join(
        "  %s: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n" % key for key in
        ("nodes", "duration", "settle", "network.loss", "network.duplicate"))).encode(), 8, "combinations"),
]

DOCUMENT = '<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n'


def platform(content, version="4.1"):
    zone = '<zone id="z" routing="Full">\n%s\n</zone>\n' % content
    return '%s<platform version="%s">\n%s</platform>\n' % (DOCUMENT, version, zone)


TWO_HOSTS = '<host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>'
LINK = '<link id="l" bandwidth="%s" latency="1ms"/><route src="a" dst="b"><link_ctn id="%s"/></route>'

# (platform file, a part of the message)
PLATFORMS = [
    ("", "p.xml:1: Invalid XML"),
    ("not XML\n", "p.xml:1: Invalid XML"),
    ("\x00\x01\x02", "Invalid XML"),
    (DOCUMENT + '<platform version="4.1"><zone id="z" routing="Full">', "Premature EOF"),
    (platform(TWO_HOSTS + LINK % ("1Gbps", "l"), version="3"), "TOO OLD"),
    (platform("<hosst id=\"a\" speed=\"1Gf\"/>"), "p.xml:5: Invalid XML"),
    (platform('<host id="a"/>'), "Required attribute `speed'"),
    (platform('<host id="a" speed="fast"/>'), "cannot parse number"),
    (platform('<host id="a" speed="1Gf"/><host id="a" speed="1Gf"/>'), "second host named 'a'"),
    (platform(""), "no host"),
    (platform(TWO_HOSTS), "no route from host a to b"),
    (platform(TWO_HOSTS + LINK % ("1Gbps", "other")), "Link not found: other"),
    (platform(TWO_HOSTS + LINK % ("1 parsec", "l")), "unknown unit"),
]

# (words, a part of the message)
COMMAND_LINES = [
    ([], "usage:"),
    (["rnu"], "did you mean `run`?"),
    (["--nonsense"], "a command comes first"),
    (["run"], "needs a scenario"),
    (["run", ""], "file name is empty"),
    (["run", "small.yml"], "no such file"),
    (["run", "."], "directory"),
    (["run", "/dev/null"], "not a regular file"),
    (["run", "small.yaml", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
    (["run", "small.yaml", "--protocl", "x"], "did you mean `--protocol`?"),
    (["run", "small.yaml", "--protocol", "interceptor-brodcast"], "did you mean `interceptor-broadcast`?"),
    (["run", "small.yaml", "--protocol"], "--protocol"),
    (["run", "small.yaml", "--seeds", "9..3"], "--seeds 9..3"),
    (["run", "small.yaml", "--seeds", "x"], "--seeds x"),
    (["run", "small.yaml", "--set", "nodes"], "lacks a value"),
    (["run", "small.yaml", "--set", "=5"], "PATH=VALUE"),
    (["run", "small.yaml", "--set", "nodes=x"], "--set nodes=x"),
    (["run", "small.yaml", "--set", "nodez=5"], "did you mean `nodes`?"),
    (["run", "small.yaml", "--set", "params.retris=5"], "did you mean `retries`?"),
    (["run", "small.yaml", "--set", "nodes=[["], "--set nodes=[["),
    (["run", "small.yaml", "--set", "workload..rate=5/s"], "empty part"),
    (["run", "small.yaml", "--jobs", "0"], "--jobs"),
    (["run", "small.yaml", "--jobs", "many"], "--jobs"),
    (["run", "small.yaml", "--jobs", "99999999999999"], "--jobs"),
    (["run", "small.yaml", "--format", "jsno"], "did you mean `json`?"),
    (["run", "small.yaml", "--results", "missing/r.sqlite"], "does not exist"),
    (["run", "small.yaml", "--results", "."], "directory"),
    (["run", "small.yaml", "--results", "small.yaml"], "not a SQLite database"),
    (["run", "small.yaml", "--trace", "t.txt"], "must end in .json"),
    (["run", "small.yaml", "--trace", "missing/t.json"], "No such file"),
    (["run", "small.yaml", "--check-determinism", "--trace", "t.json"], "exclude each other"),
    (["run", "small.yaml", "--force"], "--results"),
    (["run", "small.yaml", "--cfg=network/modle:CM02"], "did you mean `network/model`?"),
    (["run", "small.yaml", "--cfg=a/b:1"], "unknown SimGrid option `a/b`"),
    (["run", "small.yaml", "--cfg=nocolon"], "badly formatted"),
    (["run", "small.yaml", "--cfg=network/TCP-gamma:abc"], "invalid double"),
    (["run", "small.yaml", "--cfg=network/model:magic"], "CM02"),  # among the models that SimGrid names
    (["run", "small.yaml", "--cfg", "network/model:CM02"], "--cfg=KEY:VALUE"),
    (["run", "small.yaml", "--log=root.thres:loud"], "must be one of"),
    (["validate"], "needs a scenario"),
    (["validate", "nowhere.yaml"], "no such file"),
    (["validate", "small.yaml", "--strict"], "unknown option `--strict`"),
    (["validate", "small.yaml", "--format", "xml"], "--format `xml` is unknown"),
    (["validate", "small.yaml", "--set", "nodes"], "lacks a value"),
    (["run", "small.yaml", "--progress", "--quiet"], "contradict each other"),
    (["bench", "inlin-1000"], "did you mean `inline-1000`?"),
    (["bench", "--fast"], "unknown option `--fast`"),
    (["bench", "--all", "inline-1000"], "--all measures more than what is named"),
    (["bench", "--format", "xml"], "--format `xml` is unknown"),
    (["list", "protocol"], "did you mean `protocols`?"),
    (["list", "faults", "protocols"], "one kind"),
    (["list", "--cfg=network/model:CM02"], "takes no option of SimGrid's"),
    (["describe"], "takes one name"),
    (["describe", "delta"], "nothing named `delta` to describe; the names are: "),
    (["schema", "x"], "takes no arguments"),
]


class Malformed(ProgramTest):
    def refused(self, words, fragment):
        done = self.hearsay(*words, timeout=60)
        self.assertEqual(done.returncode, 254, done.stderr[-2000:])
        self.assertEqual(done.stdout, "")
        self.assertIn(fragment, done.stderr)
        for sign in ("terminate", "Segmentation", "Aborted", "Backtrace", "what():"):
            self.assertNotIn(sign, done.stderr)
        self.assertLess(len(done.stderr), 4000)
        return done.stderr

    def refused_at(self, file, line, fragment):
        first = self.refused_by_validate(file, line, fragment)
        self.assertEqual(self.refused(["run", file], fragment).splitlines()[0], first)

    def refused_by_validate(self, file, line, fragment):
        first = self.refused(["validate", file], fragment).splitlines()[0]
        self.assertRegex(first, r"^%s:%s:\d+: " % (re.escape(file), r"\d+" if line is None else line))
        self.assertRegex(first, r"; \S|\?$", "no remedy")
        return first

    def refused_by_run(self, first_of):
        """All files by one command, whose messages begin as those of `validate` do."""
        done = self.hearsay("run", *first_of)
        self.assertEqual((done.returncode, done.stdout), (254, ""))
        lines = done.stderr.splitlines()
        for file, first in first_of.items():
            self.assertEqual(next((line for line in lines if line.startswith(file + ":")), None), first)

    def test_a_mistake_in_a_scenario_is_reported_with_its_line_and_a_remedy(self):
        first_of = {}
        for i, (text, line, fragment) in enumerate(SCENARIOS):
            with self.subTest(text):
                file = self.write("s%d.yaml" % i, HEAD + text)
                first_of[file] = self.refused_by_validate(file, line, fragment)
        self.refused_by_run(first_of)

    def test_what_is_printed_of_a_setting_cannot_drive_the_terminal(self):
        self.write("small.yaml", SMALL)
        for words in (["--set", "no\x1b[31mpe=1"], ["--set", "nodes=\x1b]0;x\x07"], ["--cfg=x\x1b[2Jy:1"], ["--set", "\u202enodes=5"]):
            error = self.refused(["run", "small.yaml", *words], "")
            for sign in ("\x1b", "\x07", "\u202e"):
                self.assertNotIn(sign, error)

    def test_a_label_cannot_change_the_direction_of_a_line(self):
        """Unicode's bidirectional marks, embeddings, overrides and isolates: UAX 9, section 2."""
        marks = [0x061c, 0x200e, 0x200f, *range(0x202a, 0x202f), *range(0x2066, 0x206a)]
        files = [self.write(f"s{mark:x}.yaml", f"name: s\nprotocols:\n  - {{name: delta-gossip, label: 'a{chr(mark)}b'}}\n")
                 for mark in marks]
        error = self.hearsay("validate", *files).stderr
        for mark in marks:
            self.assertRegex(error, r"s%x.yaml:3:\d+: `a\\u\{%x\}b` is no label; write one line" % (mark, mark))
        self.refused_at(files[0], 3, "`a\\u{61c}b` is no label")

    def test_a_file_that_is_no_scenario_is_refused_at_its_line(self):
        first_of = {}
        for i, (content, line, fragment) in enumerate(FILES):
            with self.subTest(content[:60]):
                file = self.write("f%d.yaml" % i, content)
                first_of[file] = self.refused_by_validate(file, line, fragment)
        self.refused_by_run(first_of)

    def test_a_file_of_10_megabytes_is_refused_unread(self):
        self.write("big.yaml", HEAD + "description: " + "x" * 10_000_000)
        self.assertIn("big.yaml: ", self.refused(["run", "big.yaml"], "larger than 4 MB"))

    def test_a_platform_that_simgrid_refuses_is_reported_at_the_line_that_names_it(self):
        self.write("s.yaml", HEAD + "nodes: 4\nplatform:\n  file: p.xml\n")
        for content, fragment in PLATFORMS:
            with self.subTest(content):
                self.write("p.xml", content)
                self.refused_at("s.yaml", 5, fragment)

    def test_a_platform_without_a_zone_is_refused_at_its_line(self):
        self.write("s.yaml", HEAD + "nodes: 4\nplatform:\n  file: p.xml\n")
        self.write("p.xml", DOCUMENT + '<platform version="4.1"></platform>\n')
        self.assertIn("p.xml:3:1: the platform has no zone", self.refused(["run", "s.yaml"], "give it a <zone>"))

    def test_a_zone_or_link_that_the_platform_lacks_is_reported_at_its_line(self):
        self.write("p.xml", platform(TWO_HOSTS + (LINK % ("1Gbps", "link")).replace('"l"', '"link"')))
        self.write("zone.yaml", HEAD + "nodes: 2\nplatform:\n  file: p.xml\n  placement: {zones: {eu: 2}}\n")
        self.refused_at("zone.yaml", 5, "no zone named eu")
        self.write("link.yaml", HEAD + "nodes: 2\nplatform:\n  file: p.xml\nfaults:\n"
                   "  - {at: 1s, for: 1s, link: {name: link, state: down}}\n"
                   "  - {at: 3s, for: 1s, link: {name: lnik, state: down}}\n")
        self.refused_at("link.yaml", 8, "no link named lnik; did you mean `link`?")

    def test_what_spends_processor_time_is_reported_where_dispatch_is_inline(self):
        inline = "name: wrong\nengine: {dispatch: inline}\nprotocols:\n  - name: "
        for i, (entry, place, parameter) in enumerate((
                ("interceptor-broadcast\n    params: {handler_cpu: 1ms}\n", "5:27", "handler_cpu"),
                ("rpc-fanout\n    params:\n      call_cpu: 1us\n", "6:17", "call_cpu"),
                ("delta-gossip\n    params: {compression: 50%}\n", "5:13", "compression_cpu"),
                ("delta-gossip\n    params: {sign: true, sign_cpu: 0s, verify_cpu: 1us}\n", "5:52", "verify_cpu"))):
            with self.subTest(entry):
                file = self.write("i%d.yaml" % i, inline + entry)
                for command in ("validate", "run"):
                    message = self.refused([command, file], "write `%s: 0s`, or `dispatch: actor`" % parameter)
                    self.assertTrue(message.startswith("%s:%s: " % (file, place)), message)
                self.assertEqual(self.hearsay("validate", file, "--set", "engine.dispatch=actor").returncode, 0)
        self.write("free.yaml", inline + "delta-gossip\n    params: {compression: 50%, compression_cpu: 0s}\n")
        self.assertEqual(self.hearsay("validate", "free.yaml").returncode, 0)

    def test_every_mistake_of_every_file_is_reported(self):
        self.write("a.yaml", HEAD + "nodes: x\nduration: 5\n")
        self.write("b.yaml", HEAD + "nodez: 4\n")
        message = self.refused(["run", "a.yaml", "b.yaml"], "")
        places = [line.split(" ")[0] for line in message.splitlines()]
        self.assertEqual(places, ["a.yaml:3:8:", "a.yaml:4:11:", "b.yaml:3:1:"])

    def test_a_wrong_command_line_runs_nothing(self):
        for words, fragment in COMMAND_LINES:
            with self.subTest(" ".join(words)):
                self.write("small.yaml", SMALL)
                self.refused(words, fragment)
                self.assertEqual([path.name for path in self.folder.iterdir()], ["small.yaml"])

    def test_a_trace_does_not_overwrite_its_scenario(self):
        self.write("scenario.json", '{"name": "x", "protocols": ["interceptor-broadcast"]}')
        self.refused(["run", "scenario.json", "--trace", "scenario.json"], "would overwrite a scenario")
        self.assertIn("protocols", (self.folder / "scenario.json").read_text())


if __name__ == "__main__":
    unittest.main()
