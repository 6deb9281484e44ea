// All that games use.

export { Client } from "./client.js";
export { Clock } from "./clock.js";
export { Emitter } from "./emitter.js";
export { GameError } from "./errors.js";
export { Lobby } from "./lobby.js";
export { Ping, bandOf } from "./ping.js";
export { Room } from "./room.js";
export { TrackPlayer } from "./track.js";
