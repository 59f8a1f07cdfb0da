#!/usr/bin/env node
// A broadcast node for Maelstrom that keeps on sending each neighbour what that has not acknowledged.
"use strict";

const PERIOD = 100; // ms between two rounds of gossip

let nodeId = null;
let neighbours = [];
let nextId = 0;
const seen = new Set();
const knownBy = new Map(); // by neighbour: the messages that it has acknowledged or sent

function send(dest, body) {
  const message = { src: nodeId, dest, body: { ...body, msg_id: ++nextId } };
  process.stdout.write(JSON.stringify(message) + "\n");
}

function known(neighbour) {
  if (!knownBy.has(neighbour)) knownBy.set(neighbour, new Set());
  return knownBy.get(neighbour);
}

function gossip() {
  for (const neighbour of neighbours) {
    const messages = [...seen].filter((message) => !known(neighbour).has(message));
    if (messages.length > 0) send(neighbour, { type: "gossip", messages });
  }
  setTimeout(gossip, PERIOD * (0.5 + Math.random())); // so that nodes do not gossip in step
}

function handle({ src, body }) {
  const reply = { type: body.type + "_ok", in_reply_to: body.msg_id };
  switch (body.type) {
    case "init":
      nodeId = body.node_id;
      break;
    case "topology":
      neighbours = body.topology[nodeId];
      break;
    case "broadcast":
      seen.add(body.message);
      break;
    case "gossip":
      for (const message of body.messages) {
        seen.add(message);
        known(src).add(message);
      }
      reply.messages = body.messages;
      break;
    case "gossip_ok":
      for (const message of body.messages) known(src).add(message);
      return;
    case "read":
      reply.messages = [...seen];
      break;
    default:
      return;
  }
  send(src, reply);
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => handle(JSON.parse(line)));
setTimeout(gossip, PERIOD);
