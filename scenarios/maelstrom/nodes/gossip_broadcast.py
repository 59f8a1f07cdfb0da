#!/usr/bin/env python3
"""A broadcast node for Maelstrom that keeps on sending each neighbour what that has not acknowledged."""
import asyncio
import json
import random
import sys

PERIOD = 0.1  # seconds between two rounds of gossip

node_id, neighbours, seen, known_by, next_id = None, [], set(), {}, 0


def send(dest, body):
    global next_id
    next_id += 1
    print(json.dumps({"src": node_id, "dest": dest, "body": {**body, "msg_id": next_id}}), flush=True)


def gossip():
    for neighbour in neighbours:
        missing = sorted(seen - known_by.setdefault(neighbour, set()))
        if missing:
            send(neighbour, {"type": "gossip", "messages": missing})


def handle(source, body):
    global node_id, neighbours
    reply = {"type": body["type"] + "_ok", "in_reply_to": body.get("msg_id")}
    if body["type"] == "init":
        node_id = body["node_id"]
    elif body["type"] == "topology":
        neighbours = body["topology"][node_id]
    elif body["type"] == "broadcast":
        seen.add(body["message"])
    elif body["type"] == "gossip":
        seen.update(body["messages"])
        known_by.setdefault(source, set()).update(body["messages"])
        reply["messages"] = body["messages"]
    elif body["type"] == "gossip_ok":
        known_by.setdefault(source, set()).update(body["messages"])
        return
    elif body["type"] == "read":
        reply["messages"] = sorted(seen)
    else:
        return
    send(source, reply)


async def rounds():
    while True:
        await asyncio.sleep(PERIOD * random.uniform(0.5, 1.5))  # so that nodes do not gossip in step
        gossip()


async def main():
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    task = asyncio.create_task(rounds())
    while line := await reader.readline():
        message = json.loads(line)
        handle(message["src"], message["body"])
    task.cancel()


asyncio.run(main())
