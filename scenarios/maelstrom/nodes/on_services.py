#!/usr/bin/python3 -SE
"""A node for every workload of Maelstrom's but broadcast, on Maelstrom's services. With an argument, one that is wrong."""
import json
import sys

WRONG = len(sys.argv) > 1
node_id, others, waiting, next_id, ids, total, local = None, [], {}, 0, 0, 0, {}


def send(dest, body):
    print(json.dumps({"src": node_id, "dest": dest, "body": body}), flush=True)


def ask(service, body, then):
    global next_id
    next_id += 1
    waiting[next_id] = then
    send(service, {**body, "msg_id": next_id})


def reply(request, **body):
    send(request["src"], {"type": request["body"]["type"] + "_ok", "in_reply_to": request["body"]["msg_id"], **body})


def fail(request, code):
    send(request["src"], {"type": "error", "in_reply_to": request["body"]["msg_id"], "code": code, "text": "no"})


def value_of(answer, otherwise):
    return answer.get("value", otherwise)


# --- echo, unique-ids

def echo(request):
    reply(request, echo=request["body"]["echo"].upper() if WRONG else request["body"]["echo"])


def generate(request):
    global ids
    ids += 1
    reply(request, id=ids if WRONG else f"{node_id}-{ids}")


# --- counters: each node's part under a key of its own in seq-kv

def add(request):
    global total
    total += request["body"]["delta"]
    if WRONG:
        return reply(request)  # before it is there
    return ask("seq-kv", {"type": "write", "key": node_id, "value": total}, lambda _: reply(request))


def count(request):
    found = []

    def part(answer):
        found.append(value_of(answer, 0))
        if len(found) == len(others):
            reply(request, value=sum(found))

    def read(_):
        for node in others:
            ask("seq-kv", {"type": "read", "key": node}, part)

    # A write puts this node's view at the newest state.
    global next_id
    ask("seq-kv", {"type": "write", "key": "now " + node_id, "value": next_id}, read)


# --- lin-kv: handed on; the wrong one keeps copies

def hand_on(request):
    body = request["body"]
    if WRONG and body["type"] == "read" and body["key"] in local:
        return reply(request, value=local[body["key"]])

    def then(answer):
        if "value" in answer:
            local[body["key"]] = answer["value"]
        send(request["src"], {**answer, "in_reply_to": body["msg_id"]})

    return ask("lin-kv", {key: value for key, value in body.items() if key != "msg_id"}, then)


# --- transactions: all data under one key of lin-kv, compared and set

def txn(request):
    def have(answer):
        before = value_of(answer, {})
        after, done = {key: value for key, value in before.items()}, []
        for kind, key, value in request["body"]["txn"]:
            name = str(key)
            if kind == "r":
                done.append([kind, key, after.get(name)])
                continue
            after[name] = value if kind == "w" else [*after.get(name, []), value]
            done.append([kind, key, value])
        finish = {"type": "write", "value": after} if WRONG else \
            {"type": "cas", "from": before, "to": after, "create_if_not_exists": True}
        ask("lin-kv", {**finish, "key": "all"},
            lambda end: fail(request, 30) if end["type"] == "error" else reply(request, txn=done))

    ask("lin-kv", {"type": "read", "key": "all"}, have)


# --- kafka: a list per log in lin-kv; the wrong one has its own

def append(request):
    key, message = "log " + request["body"]["key"], request["body"]["msg"]
    if WRONG:
        log = local.setdefault(key, [])
        log.append(message)
        return reply(request, offset=len(log) - 1)

    def have(answer):
        log = value_of(answer, [])
        ask("lin-kv", {"type": "cas", "key": key, "from": log, "to": [*log, message], "create_if_not_exists": True},
            lambda end: append(request) if end["type"] == "error" else reply(request, offset=len(log)))

    return ask("lin-kv", {"type": "read", "key": key}, have)


def each(request, keys, body_of, part_of):
    """Asks lin-kv about every key, and answers with what part_of makes of it."""
    parts = {}

    def take(key):
        def then(answer):
            parts[key] = part_of(key, answer)
            if len(parts) == len(keys):
                request["then"]({key: part for key, part in parts.items() if part is not None})
        return then

    if not keys:
        request["then"]({})
    for key in keys:
        ask("lin-kv", body_of(key), take(key))


def poll(request):
    offsets = request["body"]["offsets"]
    if WRONG:
        return reply(request, msgs={key: [[i, m] for i, m in enumerate(local.get("log " + key, [])) if i >= at]
                                    for key, at in offsets.items()})
    request["then"] = lambda parts: reply(request, msgs=parts)
    return each(request, list(offsets), lambda key: {"type": "read", "key": "log " + key},
                lambda key, answer: [[i, m] for i, m in enumerate(value_of(answer, [])) if i >= offsets[key]])


def commit(request):
    offsets = request["body"]["offsets"]
    request["then"] = lambda _: reply(request)
    each(request, list(offsets), lambda key: {"type": "write", "key": "at " + key, "value": offsets[key]},
         lambda key, answer: None)


def committed(request):
    request["then"] = lambda parts: reply(request, offsets=parts)
    each(request, request["body"]["keys"], lambda key: {"type": "read", "key": "at " + key},
         lambda key, answer: value_of(answer, None))


HANDLERS = {"echo": echo, "generate": generate, "add": add, "txn": txn, "send": append, "poll": poll,
            "commit_offsets": commit, "list_committed_offsets": committed, "write": hand_on, "cas": hand_on}

for line in sys.stdin:
    request = json.loads(line)
    body = request["body"]
    if "in_reply_to" in body:
        waiting.pop(body["in_reply_to"])(body)
    elif body["type"] == "init":
        node_id, others = body["node_id"], body["node_ids"]
        reply(request)
    elif body["type"] == "read":
        hand_on(request) if "key" in body else count(request)
    else:
        HANDLERS[body["type"]](request)
