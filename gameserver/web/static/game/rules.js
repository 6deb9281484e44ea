// The rules of Sparks as figures: lengths in units of the arena, times in steps of a sixtieth of a second.

export const STEP_MS = 1000 / 60;
export const STEPS_PER_STATE = 3; // 20 states a second

export const ARENA = 500; // radius
export const PUCK = 26;
export const SPARK = 11;
export const SEATS = 8; // colours there are

export const PULL = 0.32; // speed gained per step at full steering
export const DRAG = 0.965; // speed kept per step
export const DASH = 11; // speed gained at once
export const DASH_REST = 75; // steps until the next dash
export const BOUNCE = 0.9; // speed kept when a puck meets another, or the rim

export const SPARKS_AT_LEAST = 6;
export const SPARKS_PER_PLAYER = 3;
export const SPARK_EVERY = 12; // steps between two new sparks
export const GOLD_CHANCE = 0.12;
export const GOLD_WORTH = 3;
export const GOAL = 30; // sparks that win a round
export const ROUND_REST = 240; // steps between two rounds

export const FULL_STEERING = 100; // an input says where to with whole numbers up to this
