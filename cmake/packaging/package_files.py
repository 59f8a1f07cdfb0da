#!/usr/bin/env python3
"""Writes what the Debian packages have besides files of the tree: hearsay.1.gz, the manual page, from the help texts in
sim/cli/help/; and changelog.gz.

    python3 package_files.py ROOT OUTPUT VERSION
"""
import gzip
import re
import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

ONLY_IN_A_CLONE = {"notebooks", "test"}


def escaped(text):
    """As text lines of troff."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def verbatim(text):
    return ".nf\n" + escaped(text.strip("\n")) + "\n.fi\n"


def split(text):
    """A help text's synopsis, without `usage: `, and what follows."""
    usage, _, rest = text.replace("./hearsay", "hearsay").partition("\n\n")
    return re.sub(r"\s+", " ", usage.removeprefix("usage: ")), rest


def manual(texts, version, date):
    synopsis, overview = split(texts["hearsay"])
    about, _, rest = overview.partition("\n\n")
    for name in ONLY_IN_A_CLONE:  # the launcher's commands
        rest = re.sub(rf"(?m)^  {name} .*\n", "", rest)
    page = f'.TH HEARSAY 1 "{date}" "hearsay {version}" "User Commands"\n'
    page += ".SH NAME\nhearsay \\- discrete\\-event simulator of clusters\n"
    page += f".SH SYNOPSIS\n.B {escaped(synopsis)}\n.SH DESCRIPTION\n{escaped(about)}\n.PP\n{verbatim(rest)}"
    page += ".SH COMMANDS\n"
    for name, text in sorted(texts.items()):
        if name == "hearsay" or name in ONLY_IN_A_CLONE:
            continue
        usage, rest = split(text)
        page += f".SS {escaped(usage)}\n{verbatim(rest)}"
    page += ".SH FILES\n.TP\n.I /usr/share/hearsay/scenarios\nscenarios\n.TP\n.I /usr/share/hearsay/platforms\n"
    page += "platforms\n.TP\n.I /usr/share/doc/hearsay/README.md\nthe manual\n"
    return page


def changelog(version, seconds):
    return (f"hearsay ({version}) unstable; urgency=medium\n\n  * Built from the sources; their history has the changes.\n\n"
            f" -- The Hearsay authors <hearsay@users.noreply.github.com>  {formatdate(seconds)}\n")


def commit_seconds(root):
    """When the sources were last changed, so that equal sources give equal packages; 0 where git does not know."""
    try:
        done = subprocess.run(["git", "-C", root, "log", "-1", "--format=%ct"], capture_output=True, text=True)
    except FileNotFoundError:
        return 0
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 0


def main():
    root, output, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (root / "sim/cli/help").glob("*.txt")}
    seconds = commit_seconds(root)
    date = formatdate(seconds)[5:16]
    output.mkdir(parents=True, exist_ok=True)
    for name, text in (("hearsay.1.gz", manual(texts, version, date)), ("changelog.gz", changelog(version, seconds))):
        (output / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
