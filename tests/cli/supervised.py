"""A program under the supervisor of the protocol `maelstrom`, taken from step to step as the simulator does."""
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile

from program import PROGRAM

NODES = pathlib.Path(PROGRAM).parent / "hearsay-nodes"
NEVER = 2**63 - 1
RUNNING, ENDED, REFUSED = range(3)
TRANSCRIPTS = int(os.environ.get("HEARSAY_NODE_TRANSCRIPTS", "2"))  # 20: the long test
LONG = TRANSCRIPTS >= 20


class Node:
    """A program under its supervisor, taken from step to step as the simulator does."""

    def __init__(self, *program, busy_poll=0, patience=60, seed=7, pinned=True):
        ours, theirs = socket.socketpair()
        self.folder = tempfile.TemporaryDirectory()
        self.errors = os.path.join(self.folder.name, "stderr")

        def prepare():
            os.dup2(theirs.fileno(), 3)
            os.set_inheritable(3, True)

        processor = min(os.sched_getaffinity(0)) if pinned else 1023  # which is not there
        words = [NODES, seed, busy_poll, patience, processor, self.folder.name, self.errors, "virtual"]
        self.process = subprocess.Popen([str(word) for word in [*words, *program]], preexec_fn=prepare, pass_fds=(3,))
        theirs.close()
        self.socket, self.now = ours, 0
        self.state, self.deadline, self.output, self.why = RUNNING, NEVER, "", ""

    def step(self, lines="", fire=False):
        data = lines.encode()
        self.socket.sendall(struct.pack("qqQQ", self.now, self.now, len(data), fire) + data)
        self.state, self.deadline, output, why = struct.unpack("QqQQ", self.take(32))
        text = self.take(output).decode()
        self.why = self.take(why).decode()
        self.output += text
        return text

    def take(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError("the supervisor is gone")
            data += more
        return data

    def run(self):
        """Until it has ended or waits for nothing."""
        self.step()
        while self.state == RUNNING and self.deadline != NEVER:
            self.now = self.deadline
            self.step(fire=True)

    def close(self):
        self.socket.close()
        self.process.wait()
        self.folder.cleanup()


def unable():
    """Why programs cannot be held here; empty if they can."""
    if not NODES.exists():
        return "there is no hearsay-nodes on this machine"
    node = Node("/bin/true")
    try:
        node.run()
    except EOFError as error:
        return str(error)
    finally:
        node.close()
    return "" if node.state == ENDED else node.why


REASON = unable()
if REASON:
    print("skipped:", REASON, file=sys.stderr)
