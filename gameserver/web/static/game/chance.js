// Chance that can be carried on elsewhere: its whole state is one 32-bit number (the mulberry32 generator).

export function draw(world) {
  world.chance = (world.chance + 0x6d2b79f5) >>> 0;
  let mixed = world.chance;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
