"""docs/ci: the shell parts of the GitHub action and the GitLab job, in a repository that is no clone of ours, against a
server on this machine that keeps comments as the two services do."""
import http.server
import json
import os
import re
import subprocess
import threading
import unittest
import xml.etree.ElementTree as xml

from check_test import GOSSIP
from program import PROGRAM, SOURCE, ProgramTest, environment

CI = SOURCE / "docs" / "ci"


class Comments(http.server.BaseHTTPRequestHandler):
    """Lists, creates and changes comments; `server.comments` has them, `server.tokens` what callers showed."""

    def answer(self, content, status=200):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        self.server.tokens.add(self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"])
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def do_GET(self):
        page = int(re.search(r"[?&]page=(\d+)", self.path)[1])
        self.answer(self.server.comments[100 * (page - 1):100 * page] if self.path.startswith(self.server.list) else [])

    def do_POST(self):
        if self.path != self.server.list:
            return self.answer({}, 404)
        self.server.comments.append({"id": 1000 + len(self.server.comments), "body": self.body()})
        return self.answer({}, 201)

    def change(self):
        found = [comment for comment in self.server.comments if self.path == f"{self.server.single}/{comment['id']}"]
        if not found:
            return self.answer({}, 404)
        found[0]["body"] = self.body()
        return self.answer({})

    def do_PATCH(self):
        self.change()

    def do_PUT(self):
        self.change()

    def log_message(self, *_):
        pass


class CiFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("convergence/guarded.yaml", GOSSIP)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Comments)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.server.comments = [{"id": n, "body": "of a person"} for n in range(120)]
        self.server.tokens = set()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        update = self.hearsay("check", "convergence/guarded.yaml", "--baseline", "convergence/baseline.json", "--update")
        self.assertEqual(update.returncode, 0, update.stderr)

    def github(self):
        self.server.list, self.server.single = "/repos/me/mine/issues/7/comments", "/repos/me/mine/issues/comments"
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "me/mine", "PULL_REQUEST": "7", "GH_TOKEN": "secret",
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}

    def gitlab(self):
        self.server.list = self.server.single = "/api/v4/projects/5/merge_requests/7/notes"
        return {"CI_API_V4_URL": f"{self.url}/api/v4", "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7",
                "HEARSAY_TOKEN": "secret"}

    def shell(self, script, env):
        return subprocess.run(["sh", "-euc", script], cwd=self.folder, capture_output=True, text=True, timeout=120,
                              env={**environment(), "HEARSAY_PROGRAM": PROGRAM, "no_proxy": "127.0.0.1", **env})

    def ours(self):
        return [comment["body"] for comment in self.server.comments if "hearsay check" in comment["body"]]

    def github_step(self):
        """The action's shell step with the inputs of the workflow that the documentation shows, by CI's own rules."""
        step = re.search(r"(?m)^      run: '(.*)'$", (CI / "action.yml").read_text())[1]
        inputs = dict(re.findall(r"(?m)^          (scenarios|baseline): (.*)$", (CI / "github-actions.yml").read_text()))
        self.assertEqual(set(inputs), {"scenarios", "baseline"})
        return step, {"GITHUB_ACTION_PATH": str(CI), "BASELINE": inputs["baseline"], "SCENARIOS": inputs["scenarios"],
                      "ARGUMENTS": ""}

    def test_the_github_action_keeps_one_comment_and_writes_the_summary(self):
        step, inputs = self.github_step()
        for _ in range(2):
            done = self.shell(step, {**self.github(), **inputs})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.ours()), 1)
        self.assertIn("### Convergence: no regression", self.ours()[0])
        self.assertEqual(self.server.tokens, {"Bearer secret"})
        self.assertEqual((self.folder / "summary.md").read_text().count("### Convergence: no regression"), 2)
        self.assertEqual(xml.parse(self.folder / "check.xml").getroot()[0].get("failures"), "0")

    def test_a_regression_fails_the_job_and_is_in_the_comment(self):
        step, inputs = self.github_step()
        done = self.shell(step, {**self.github(), **inputs, "ARGUMENTS": "--set params.interval=130ms"})
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(len(self.ours()), 1)
        self.assertIn("### Convergence: REGRESSION", self.ours()[0])

    def test_without_a_token_or_a_reachable_server_the_check_counts_all_the_same(self):
        step, inputs = self.github_step()
        self.assertEqual(self.shell(step, {**self.github(), **inputs, "GH_TOKEN": ""}).returncode, 0)
        self.assertEqual(self.ours(), [])
        done = self.shell(step, {**self.github(), **inputs, "GITHUB_API_URL": f"{self.url}/nowhere"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no comment was written", done.stderr)

    def test_the_gitlab_job_keeps_one_note(self):
        line = re.search(r"(?m)^    - \.hearsay/(docs/ci/check .*)$", (CI / "gitlab-ci.yml").read_text())[1]
        for _ in range(2):
            done = self.shell(f"'{SOURCE}'/{line} -- --jobs 2", self.gitlab())
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.ours()), 1)
        self.assertEqual(self.server.tokens, {"secret"})

    def test_a_wrong_scenario_is_a_wrong_command_line_without_a_comment(self):
        self.write("convergence/guarded.yaml", "name: guarded\nnodse: 3\n")
        step, inputs = self.github_step()
        self.assertEqual(self.shell(step, {**self.github(), **inputs}).returncode, 254)
        self.assertEqual(self.ours(), [])


if __name__ == "__main__":
    unittest.main()
