#!/usr/bin/python3
"""Executes the notebooks and writes them as HTML; behind `./hearsay notebooks`. The files themselves stay as they are.

Needs Debian's python3-nbconvert, python3-nbformat, python3-ipykernel, python3-matplotlib and python3-pandas.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NOTEBOOKS = ("compare_protocols", "scaling", "validation")


def execute(name, output, pictures=None):
    """What it writes besides goes with it, except pictures for which there is a folder."""
    with tempfile.TemporaryDirectory(prefix="hearsay-notebook-") as folder:
        os.environ["HEARSAY_NOTEBOOK_FOLDER"] = folder
        file = convert(name, output)
        for picture in sorted(pathlib.Path(folder).glob("*.png")) if pictures else ():
            pictures.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, pictures / picture.name)
        return file


def convert(name, output):
    import nbformat
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    notebook = nbformat.read(HERE / f"{name}.ipynb", as_version=4)
    # Debian's own Python, whatever kernels the user has.
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    timeout = None if "HEARSAY_FULL" in os.environ else 1800
    ExecutePreprocessor(timeout=timeout, kernel_name="python3").preprocess(notebook, {"metadata": {"path": str(HERE)}})
    notebook.metadata.title = name
    exporter = HTMLExporter(template_name="classic")
    html, _ = exporter.from_notebook_node(notebook)
    output.mkdir(parents=True, exist_ok=True)
    file = output / f"{name}.html"
    file.write_text(html, encoding="utf-8")
    return file


def main():
    parser = argparse.ArgumentParser(prog="./hearsay notebooks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all): " + ", ".join(NOTEBOOKS))
    parser.add_argument("-o", "--output", type=pathlib.Path, default=HERE.parent / "build" / "notebooks", metavar="DIR")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="DIR", help="keep the pictures that `validation` writes as files: those of docs/")
    parser.add_argument("--seeds", type=int, metavar="N", help="at most so many seeds, for a quick pass")
    parser.add_argument("--full", action="store_true",
                        help="give each figure of `validation` the seeds that make its standard error a third of its tolerance: hours")
    options = parser.parse_args()
    if options.full and options.seeds is not None:
        print("hearsay: --seeds and --full contradict each other", file=sys.stderr)
        return 254
    if options.full:
        os.environ["HEARSAY_FULL"] = "1"
    for name in options.names:
        if name not in NOTEBOOKS:
            print(f"hearsay: there is no notebook {name}; there are {', '.join(NOTEBOOKS)}", file=sys.stderr)
            return 254
    if options.seeds is not None:
        os.environ["HEARSAY_SEEDS"] = str(max(1, options.seeds))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # silences the kernel's debugger, which nobody uses here
    os.environ["HEARSAY_PROGRAM"] = os.path.abspath(os.environ.get("HEARSAY_PROGRAM", HERE.parent / "hearsay"))
    names = list(dict.fromkeys(options.names or NOTEBOOKS))
    # Two at a time: the runs of one fill the cores while another draws.
    with concurrent.futures.ProcessPoolExecutor(min(2, len(names))) as pool:
        for done in [pool.submit(execute, name, options.output.resolve(), options.pictures and options.pictures.resolve()) for name in names]:
            print(done.result(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
