// The msgpack packer knows as binary what its platform reads: a Buffer in Node, an ArrayBuffer in a browser.

const { Buffer } = globalThis;

// Returns the value with all its binary parts in that form; the value itself where it has none in another.
export function packable(value) {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof ArrayBuffer) return Buffer ? Buffer.from(value) : value;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return Buffer ? Buffer.from(buffer, byteOffset, byteLength) : buffer.slice(byteOffset, byteOffset + byteLength);
  }
  const plain = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && plain !== Object.prototype && plain !== null) return value; // a Date, a class of the game
  let copy = null;
  for (const [key, inner] of Object.entries(value)) {
    const packed = packable(inner);
    if (packed !== inner) (copy ??= Array.isArray(value) ? [...value] : { ...value })[key] = packed;
  }
  return copy ?? value;
}
