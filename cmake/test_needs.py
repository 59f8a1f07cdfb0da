#!/usr/bin/env python3
"""What the tests that CTest would run need: for `./hearsay test`.

    ctest --test-dir BUILD --show-only=json-v1 ... | python3 cmake/test_needs.py BUILD

Prints `target NAME` for each file that a test requires below BUILD (property REQUIRED_FILES; ninja's name for it), and
`package WORD` for each label `needs-WORD`.
"""
import json
import os
import sys


def needs(tests, build):
    found = set()
    for test in tests:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        for file in properties.get("REQUIRED_FILES", []):
            target = os.path.relpath(file, build)
            if not target.startswith(".."):
                found.add(f"target {target}")
        found.update(f"package {label.removeprefix('needs-')}" for label in properties.get("LABELS", [])
                     if label.startswith("needs-"))
    return sorted(found)


def main():
    text = sys.stdin.read()
    if text.strip():  # nothing where CTest refuses its arguments, as it will say itself
        print("\n".join(needs(json.loads(text)["tests"], sys.argv[1])))


if __name__ == "__main__":
    main()
