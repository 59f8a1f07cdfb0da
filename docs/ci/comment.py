#!/usr/bin/env python3
"""comment.py FILE: FILE as the one comment of ours on this pull or merge request; it replaces the one before.

GitHub: GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST and GH_TOKEN. GitLab: CI_API_V4_URL, CI_PROJECT_ID,
CI_MERGE_REQUEST_IID and HEARSAY_TOKEN. Without a token, or outside of a request, it does nothing. Standard library only.
"""
import json
import os
import sys
import urllib.request

MARK = "<!-- hearsay check -->"  # by which the comment is found again; not shown


def call(method, url, headers, content=None):
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, data, {**headers, "Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def server(env):
    """The comments' URL, that of one comment, the headers and how a comment is changed; None if there is no request."""
    if env.get("GH_TOKEN") and env.get("PULL_REQUEST"):
        issues = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}/issues"
        headers = {"Authorization": f"Bearer {env['GH_TOKEN']}", "Accept": "application/vnd.github+json"}
        return f"{issues}/{env['PULL_REQUEST']}/comments", f"{issues}/comments", headers, "PATCH"
    if env.get("HEARSAY_TOKEN") and env.get("CI_MERGE_REQUEST_IID"):
        notes = (f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}/merge_requests/"
                 f"{env['CI_MERGE_REQUEST_IID']}/notes")
        return notes, notes, {"PRIVATE-TOKEN": env["HEARSAY_TOKEN"]}, "PUT"
    return None


def existing(comments, headers):
    """The id of the comment that carries the mark, or None."""
    for page in range(1, 101):
        found = call("GET", f"{comments}?per_page=100&page={page}", headers)
        for comment in found:
            if comment["body"].startswith(MARK):
                return comment["id"]
        if len(found) < 100:
            break
    return None


def main():
    where = server(os.environ)
    if where is None:
        return
    comments, single, headers, change = where
    with open(sys.argv[1], encoding="utf-8") as file:
        body = {"body": f"{MARK}\n{file.read()}"}
    old = existing(comments, headers)
    if old is None:
        call("POST", comments, headers, body)
    else:
        call(change, f"{single}/{old}", headers, body)


if __name__ == "__main__":
    main()
