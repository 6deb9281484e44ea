import assert from "node:assert/strict";
import { test } from "node:test";
import { GameError } from "../src/index.js";
import { Outbox } from "../src/outbox.js";

// What was said, and the way to answer it.
function outbox(synced = true) {
  const said = [];
  const box = new Outbox((event, args, answered) => said.push({ event, args, answered }), synced);
  return { box, said, numbers: () => said.map(({ args }) => args.at(-1).n) };
}

const took = (each, more = {}) => each.answered(null, { ok: true, n: each.args.at(-1).n, ...more });
const settled = (promise) => promise.then(() => "done", (error) => error.code);

test("messages go out at once, numbered from 1 over all events", async () => {
  const { box, said, numbers } = outbox();
  box.open();

  const first = box.put("input", "a");
  box.put("direct", ["bo"], "b");
  took(said[0]);

  assert.deepEqual(said.map(({ event }) => event), ["input", "direct"]);
  assert.deepEqual(said[1].args, [["bo"], "b", { n: 2 }]);
  assert.deepEqual(numbers(), [1, 2]);
  assert.equal(await settled(first), "done");
});

test("what was not acknowledged is said again under its number, in order, before anything newer", async () => {
  const { box, said, numbers } = outbox();
  box.open();
  box.put("input", "a");
  const unheard = box.put("input", "b");
  took(said[0]);

  box.close();
  box.put("input", "c");
  box.open();

  assert.deepEqual(numbers(), [1, 2, 2, 3]);
  took(said[2], { repeat: true });
  assert.equal(await settled(unheard), "done");
});

test("an answer to a connection that is gone counts no more", () => {
  const { box, said, numbers } = outbox();
  box.open();
  box.put("input", "a");
  box.close();

  took(said[0]);
  box.open();

  assert.deepEqual(numbers(), [1, 1]);
});

test("a refused message is not said again, and those behind it go on", async () => {
  const { box, said, numbers } = outbox();
  box.open();
  const refused = box.put("direct", "nobody", "a");
  box.put("input", "b");

  said[0].answered(new GameError("not_a_member", "", "direct"));
  box.close();
  box.open();

  assert.equal(await settled(refused), "not_a_member");
  assert.deepEqual(numbers(), [1, 2, 2]);
});

test("a page that was reloaded asks with its first message how far it came, and counts on from there", async () => {
  const { box, said, numbers } = outbox(false);
  box.open();
  const promises = ["a", "b", "c"].map((data) => box.put("input", data));
  assert.deepEqual(numbers(), [1]);

  took(said[0], { n: 41, repeat: true });
  assert.deepEqual(numbers(), [1, 42, 43, 44]);
  for (const each of said.slice(1)) took(each);

  assert.deepEqual(said.slice(1).map(({ args }) => args[0]), ["a", "b", "c"]);
  assert.deepEqual(await Promise.all(promises.map(settled)), ["done", "done", "done"]);
});

test("a reloaded page whose question was lost asks again, and is not fooled by a higher number", async () => {
  const { box, said, numbers } = outbox(false);
  box.open();
  box.put("input", "a");
  box.close();
  box.open();

  took(said[1], { n: 41, repeat: true });

  assert.deepEqual(numbers(), [1, 1, 42]);
});

test("after a restart of the server nobody knows whether the unacknowledged arrived, and its sender is told", async () => {
  const { box, numbers } = outbox();
  box.open();
  const flying = box.put("input", "a");
  box.close();
  const unsent = box.put("input", "b");

  box.forget();
  box.open();

  assert.equal(await settled(flying), "unconfirmed");
  assert.deepEqual(numbers(), [1, 2]);
  box.end("closed");
  assert.equal(await settled(unsent), "left");
});

test("when the room is over nothing waits for ever", async () => {
  const { box } = outbox();
  const waiting = box.put("input", "a");

  box.end("kicked");

  assert.equal(await settled(waiting), "left");
  assert.equal(await settled(box.put("input", "b")), "left");
});

test("so many messages may wait and no more", async () => {
  const { box } = outbox();
  for (let count = 0; count < 4096; count++) box.put("input", count);

  assert.equal(await settled(box.put("input", "one more")), "unsent");
});
