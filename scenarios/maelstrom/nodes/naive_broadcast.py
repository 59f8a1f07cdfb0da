#!/usr/bin/env python3
"""A naive broadcast node for Maelstrom: it sends what is new to its neighbours once, and never again."""
import json
import sys

node_id, neighbours, seen, next_id = None, [], set(), 0


def send(dest, body):
    global next_id
    next_id += 1
    message = {"src": node_id, "dest": dest, "body": {**body, "msg_id": next_id}}
    print(json.dumps(message), flush=True)


def take(value, source):
    if value in seen:
        return
    seen.add(value)
    for neighbour in neighbours:
        if neighbour != source:
            send(neighbour, {"type": "broadcast", "message": value})


for line in sys.stdin:
    message = json.loads(line)
    source, body = message["src"], message["body"]
    reply = {"type": body["type"] + "_ok", "in_reply_to": body.get("msg_id")}
    if body["type"] == "init":
        node_id = body["node_id"]
    elif body["type"] == "topology":
        neighbours = body["topology"][node_id]
    elif body["type"] == "broadcast":
        take(body["message"], source)
    elif body["type"] == "read":
        reply["messages"] = sorted(seen)
    else:
        continue
    send(source, reply)
