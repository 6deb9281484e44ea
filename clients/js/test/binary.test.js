import assert from "node:assert/strict";
import { test } from "node:test";
import { packable } from "../src/binary.js";

const bytes = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);

test("binary parts of any kind become what the packer of Node packs as bytes", () => {
  for (const value of [bytes, bytes.slice().buffer, new DataView(bytes.buffer, 1, 3), Buffer.from(bytes)]) {
    assert.ok(Buffer.isBuffer(packable(value)));
    assert.deepEqual([...packable(value)], [1, 2, 3]);
  }
});

test("they are found at any depth, and what was handed in stays as it is", () => {
  const given = { deep: [{ bytes }], name: "x" };

  const packed = packable(given);

  assert.deepEqual(packed, { deep: [{ bytes: Buffer.from(bytes) }], name: "x" });
  assert.ok(Buffer.isBuffer(packed.deep[0].bytes));
  assert.equal(given.deep[0].bytes, bytes);
});

test("what has no binary part is not copied", () => {
  const given = { list: [1, null, undefined, { when: new Date(0) }], made: new Map() };

  assert.equal(packable(given), given);
});
