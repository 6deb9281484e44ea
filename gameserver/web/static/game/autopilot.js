// Steers for who cannot or does not want to: towards the nearest spark, gold from farther away.

const GOLD_PULL = 2;

// Returns where this player should steer, as [x, y] within the unit disc.
export function pilot(world, id) {
  const own = world.players.get(id);
  if (!own) return [0, 0];
  let best = null;
  let least = Infinity;
  for (const spark of world.sparks) {
    const distance = Math.hypot(spark.x - own.x, spark.y - own.y) / (spark.gold ? GOLD_PULL : 1);
    if (distance < least) [best, least] = [spark, distance];
  }
  if (best === null) return [0, 0];
  const dx = best.x - own.x - own.vx * 8; // it drifts on
  const dy = best.y - own.y - own.vy * 8;
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}
