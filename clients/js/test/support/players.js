// Players on a real server, and patience.

import { Client } from "../../src/index.js";

const PATIENCE_MS = 60_000; // only a failing test ever waits so long

export const waitFor = async (check, what = String(check)) => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

// The first event of this name, with all its arguments.
export const once = (emitter, event) => {
  let heard;
  emitter.once(event, (...args) => (heard = args));
  return waitFor(() => heard, event);
};

export const code = (promise) => promise.then(() => null, (error) => error.code);

// Connects players that are closed when the test is over.
export function players(test, server) {
  return async (name, options = {}) => {
    const client = new Client(server().url, { name, storage: null, ...options });
    test.after(() => client.close());
    await client.connect();
    return client;
  };
}

export class Storage {
  kept = new Map();
  getItem = (key) => this.kept.get(key) ?? null;
  setItem = (key, value) => void this.kept.set(key, value);
  removeItem = (key) => void this.kept.delete(key);
}
