import assert from "node:assert/strict";
import { test } from "node:test";
import { Resume } from "../src/resume.js";

class Storage {
  kept = new Map();
  getItem = (key) => this.kept.get(key) ?? null;
  setItem = (key, value) => void this.kept.set(key, value);
  removeItem = (key) => void this.kept.delete(key);
}

// A browser's globals, for the length of a test.
function page(t, storage) {
  const listeners = {};
  const fakes = { sessionStorage: storage, addEventListener: (name, listener) => (listeners[name] = listener) };
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { configurable: true, get: typeof value === "function" && name === "sessionStorage" ? value : () => value });
  }
  t.after(() => Object.keys(fakes).forEach((name) => delete globalThis[name]));
  return listeners;
}

test("a page that is reloaded finds what it kept", (t) => {
  const storage = new Storage();
  const listeners = page(t, storage);
  const first = new Resume(undefined, "key");
  assert.deepEqual(first.take(), {});

  first.keep({ pid: "p", key: "ABC234" });
  listeners.pagehide();

  assert.deepEqual(new Resume(undefined, "key").take(), { pid: "p", key: "ABC234" });
});

test("a tab that is duplicated finds nothing, and takes nobody's seat", (t) => {
  const storage = new Storage();
  page(t, storage);
  const original = new Resume(undefined, "key");

  original.keep({ pid: "p" });

  assert.deepEqual(new Resume(undefined, "key").take(), {});
});

test("a page that goes before it is welcomed leaves what it found", (t) => {
  const storage = new Storage();
  const listeners = page(t, storage);
  storage.setItem("key", '{"pid":"p"}');
  new Resume(undefined, "key").take();
  assert.equal(storage.getItem("key"), null);

  listeners.pagehide();

  assert.equal(storage.getItem("key"), '{"pid":"p"}');
});

test("a page that the browser brings back whole is still the one that holds the seat", (t) => {
  const storage = new Storage();
  const listeners = page(t, storage);
  new Resume(undefined, "key").keep({ pid: "p" });

  listeners.pagehide();
  listeners.pageshow({ persisted: true });

  assert.equal(storage.getItem("key"), null);
});

test("a storage that was handed in is written at once", () => {
  const storage = new Storage();
  const resume = new Resume(storage, "key");

  resume.keep({ pid: "p" });
  assert.deepEqual(new Resume(storage, "key").take(), { pid: "p" });
  resume.keep(null);
  assert.equal(storage.getItem("key"), null);
});

test("what somebody else wrote there is passed over", () => {
  const storage = new Storage();
  storage.setItem("key", "{not json");

  assert.deepEqual(new Resume(storage, "key").take(), {});
});

test("without a storage, or with one that the browser forbids, nothing is kept and nothing fails", (t) => {
  for (const resume of [new Resume(null, "key"), new Resume(undefined, "key")]) {
    resume.keep({ pid: "p" });
    assert.deepEqual(resume.take(), {});
  }
  page(t, () => {
    throw new Error("forbidden");
  });

  assert.deepEqual(new Resume(undefined, "key").take(), {});
});
