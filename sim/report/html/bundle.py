#!/usr/bin/env python3
"""Makes bundle.html of the sources beside it, by Debian's esbuild:

    python3 sim/report/html/bundle.py            rewrites bundle.html
    python3 sim/report/html/bundle.py --check    exits 1 if bundle.html is not what the sources make

The first line of its script names the version of esbuild, whose output may differ from that of another. With another
version, or without esbuild, --check exits 77: nothing can be said.
"""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUNDLE = HERE / "bundle.html"


def version():
    if shutil.which("esbuild") is None:
        return None
    return subprocess.run(["esbuild", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def esbuild(*words, text=None):
    done = subprocess.run(["esbuild", *words], cwd=HERE, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout.strip()


def bundle(of):
    script = esbuild("main.ts", "--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8")
    style = esbuild("--minify", "--loader=css", text=(HERE / "vendor/uPlot.min.css").read_text() + (HERE / "style.css").read_text())
    parts = {"STYLE": style, "SCRIPT": f"/* esbuild {of} */\n" + script.replace("</script", "<\\/script"),
             "LICENCE": (HERE / "vendor/uPlot.LICENSE").read_text().strip()}
    return re.sub(r"@@(STYLE|SCRIPT|LICENCE)@@", lambda found: parts[found[1]], (HERE / "template.html").read_text())


def main():
    check, of = "--check" in sys.argv, version()
    committed = BUNDLE.read_text() if BUNDLE.exists() else ""
    if of is None or (check and f"/* esbuild {of} */" not in committed):
        print(f"esbuild {of or 'is missing'}: it does not make this bundle", file=sys.stderr)
        return 77 if check else 1
    made = bundle(of)
    if not check:
        BUNDLE.write_text(made)
    elif made != committed:
        print("bundle.html is not what its sources make; run sim/report/html/bundle.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
