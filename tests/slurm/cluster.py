"""A real Slurm on this machine, on loopback, for tests: slurmctld, several slurmd and munged of Debian's, without systemd,
cgroups or a database. Needs root. Everything is under one folder, whose name holds no blank."""
import atexit
import os
import pathlib
import shutil
import socket
import subprocess
import time

DAEMONS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "scontrol")
PATH = os.environ["PATH"] + ":/usr/sbin"


def missing():
    """Why no cluster can run here; empty if one can."""
    absent = [name for name in DAEMONS if shutil.which(name, path=PATH) is None]
    if absent:
        return f"{', '.join(absent)} not installed (apt-get install slurmctld slurmd slurm-client munge)"
    return "" if os.geteuid() == 0 else "slurmd needs root"


def is_free(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


def is_alive(pid):
    try:  # a process that has ended but that its parent has not noticed counts as ended
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Cluster:
    def __init__(self, folder, nodes=4, cpus=2, **settings):
        self.folder = pathlib.Path(folder)
        self.nodes, self.cpus, self.settings = nodes, cpus, settings
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}

    def run(self, *words, check=True):
        done = subprocess.run([*map(str, words)], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done

    def configuration(self, port):
        host = os.uname().nodename.partition(".")[0]
        found = self.run("getent", "ahostsv4", host, check=False).stdout.split()
        local = bool(found) and found[0].startswith("127.")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 * 8 // 10
        address = found[0] if local else "127.0.0.1"
        settings = {
            "ClusterName": "local", "SlurmctldHost": f"{host}({address})", "SlurmctldPort": port,
            "AuthInfo": f"socket={self.folder}/run/munge.socket", "StateSaveLocation": self.folder / "state",
            "SlurmdSpoolDir": f"{self.folder}/spool/%n", "SlurmctldPidFile": self.folder / "run/slurmctld.pid",
            "SlurmdPidFile": f"{self.folder}/run/slurmd.%n.pid", "SlurmctldLogFile": self.folder / "log/slurmctld.log",
            "SlurmdLogFile": f"{self.folder}/log/slurmd.%n.log", "MailProg": "/bin/true",
            "ProctrackType": "proctrack/linuxproc", "TaskPlugin": "task/none", "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_CPU_Memory", "SlurmdParameters": "config_overrides",
            "SchedulerParameters": "batch_sched_delay=0,bf_interval=1", "ReturnToService": 2, "SlurmdTimeout": 30, "KillWait": 5}
        if local:  # daemons bind to one address only if it is that of the host's name
            settings["CommunicationParameters"] = "NoInAddrAny,NoCtldInAddrAny"
        settings.update(self.settings)
        lines = [f"{key}={value}" for key, value in settings.items()]
        lines.append(f"NodeName=n[1-{self.nodes}] NodeHostname={host} NodeAddr={address} Port=[{port + 1}-{port + self.nodes}] "
                     f"CPUs={self.cpus} RealMemory={memory // self.nodes}")
        lines.append("PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP")
        return "\n".join(lines) + "\n"

    def start(self):
        atexit.register(self.stop)  # also after Ctrl-C
        for part in ("state", "spool", "run", "log", "munge"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "munge").chmod(0o700)
        port = next(p for p in range(16800, 32000, 100) if all(map(is_free, range(p, p + self.nodes + 1))))
        (self.folder / "slurm.conf").write_text(self.configuration(port))
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        self.run("munged", "--force", f"--key-file={key}", f"--seed-file={self.folder}/munge/seed",
                 f"--log-file={self.folder}/log/munged.log", f"--socket={self.folder}/run/munge.socket",
                 f"--pid-file={self.folder}/run/munged.pid")
        # Debian 13's (24.11) looks for cgroups unless told not to; Debian 12's (22.05) does not know that setting.
        if int(self.run("slurmd", "-V").stdout.split()[1].partition(".")[0]) >= 24:
            (self.folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        self.run("slurmctld", "-c")
        for i in range(1, self.nodes + 1):
            (self.folder / f"spool/n{i}").mkdir()
            self.run("slurmd", "-N", f"n{i}")
        limit = time.monotonic() + 30
        while self.run("sinfo", "-h", "-N", "-o", "%T", check=False).stdout.split() != ["idle"] * self.nodes:
            if time.monotonic() > limit:
                raise RuntimeError("the nodes do not come up:\n" + "\n".join(
                    file.read_text()[-2000:] for file in (self.folder / "log").iterdir()))
            time.sleep(0.1)

    def pids(self):
        """Of the daemons, the nodes' first, and of what a killed one left."""
        found = []
        for file in [*sorted(self.folder.glob("run/slurmd.*.pid")), *self.folder.glob("run/slurmctld.pid"),
                     *self.folder.glob("run/munged.pid")]:
            try:
                text = file.read_text().strip()
            except FileNotFoundError:  # the daemon has just ended
                continue
            found += [int(text)] if text.isdigit() and is_alive(int(text)) else []
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in words and any(word.startswith(b"SLURM_JOB_ID=") for word in words):
                found.append(int(process.name))
        return found

    def stop(self):
        atexit.unregister(self.stop)
        self.run("scancel", "--state=PENDING", "--user=root", check=False)
        self.run("scancel", "--user=root", check=False)
        for pid in self.pids():
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                continue
        limit = time.monotonic() + 15
        while self.pids() and time.monotonic() < limit:
            time.sleep(0.1)
        for pid in self.pids():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
