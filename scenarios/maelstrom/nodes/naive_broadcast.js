#!/usr/bin/env node
// A naive broadcast node for Maelstrom: it sends what is new to its neighbours once, and never again.
"use strict";

let nodeId = null;
let neighbours = [];
let nextId = 0;
const seen = new Set();

function send(dest, body) {
  const message = { src: nodeId, dest, body: { ...body, msg_id: ++nextId } };
  process.stdout.write(JSON.stringify(message) + "\n");
}

function take(value, source) {
  if (seen.has(value)) return;
  seen.add(value);
  for (const neighbour of neighbours) if (neighbour !== source) send(neighbour, { type: "broadcast", message: value });
}

function handle({ src, body }) {
  const reply = { type: body.type + "_ok", in_reply_to: body.msg_id };
  if (body.type === "init") nodeId = body.node_id;
  else if (body.type === "topology") neighbours = body.topology[nodeId];
  else if (body.type === "broadcast") take(body.message, src);
  else if (body.type === "read") reply.messages = [...seen];
  else return;
  send(src, reply);
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => handle(JSON.parse(line)));
