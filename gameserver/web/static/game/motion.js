// How one puck moves: the host's simulation and each player's own prediction use the same lines.

import { ARENA, BOUNCE, DASH, DASH_REST, DRAG, PUCK, PULL } from "./rules.js";

// Moves a puck by one step.
export function move(puck) {
  puck.vx = (puck.vx + puck.ax * PULL) * DRAG;
  puck.vy = (puck.vy + puck.ay * PULL) * DRAG;
  puck.x += puck.vx;
  puck.y += puck.vy;
  if (puck.cool > 0) puck.cool -= 1;
  keepInside(puck);
}

// Steers a puck; a dash counts when the last one is long enough ago and there is a direction for it.
export function steer(puck, ax, ay, dash) {
  puck.ax = ax;
  puck.ay = ay;
  const length = Math.hypot(ax, ay);
  if (!dash || puck.cool > 0 || length === 0) return;
  puck.vx += (ax / length) * DASH;
  puck.vy += (ay / length) * DASH;
  puck.cool = DASH_REST;
}

function keepInside(puck) {
  const distance = Math.hypot(puck.x, puck.y);
  const most = ARENA - PUCK;
  if (distance <= most) return;
  const nx = puck.x / distance;
  const ny = puck.y / distance;
  puck.x = nx * most;
  puck.y = ny * most;
  const outward = puck.vx * nx + puck.vy * ny;
  if (outward <= 0) return;
  puck.vx -= (1 + BOUNCE) * outward * nx;
  puck.vy -= (1 + BOUNCE) * outward * ny;
}
