// What the types promise to a game's author; read by tsd, never run.

import { expectAssignable, expectError, expectNever, expectType } from "tsd";
import {
  Client,
  Emitter,
  GameError,
  TrackPlayer,
  bandOf,
  type Band,
  type EventName,
  type Events,
  type HostRole,
  type LobbyRoom,
  type Room,
  type RoomEvents,
  type Tact,
  type TrackState,
  type Welcome,
} from "..";

const client = new Client("http://localhost:8000", { name: "Anna", parser: "json", storage: null });
expectType<Promise<Welcome>>(client.connect());
expectType<Room | null>(client.room);
expectType<number | undefined>(client.limits.max_players);
expectError(new Client("http://localhost:8000", { names: "Anna" }));

const room = await client.create({ title: "Arena", on_host_exit: "migrate" });
expectType<Room>(room);
expectError(client.create({ on_host_exit: "migrate" }));
expectError(client.create({ title: "Arena", on_host_exit: "explode" }));
expectType<Promise<void>>(room.input({ any: "thing" }));
expectType<string | null>(room.key);
expectType<"open" | "started" | "migrating" | "waiting">(room.info.state);

room.on("input", (player, data, { seq }) => {
  expectType<string>(player);
  expectType<unknown>(data);
  expectType<number | undefined>(seq);
});
room.on("host_changed", ({ candidates }) => expectType<number | null>(candidates[0].ping_ms));
expectType<() => void>(room.once("closed", (reason) => expectAssignable<string>(reason)));
expectError(room.on("no_such_event", () => {}));

const role = room.hostRole<{ score: number }>({
  onBecomeHost(snapshot, inputs, { epoch, truncated }) {
    expectType<{ score: number } | null>(snapshot);
    expectType<number>(inputs[0].seq);
    expectType<number>(epoch + truncated);
  },
  takeSnapshot: () => ({ score: 1 }),
});
expectType<HostRole>(role);
expectError(room.hostRole<{ score: number }>({ onBecomeHost() {}, takeSnapshot: () => "no score" }));

client.lobby.on("rooms", (rooms) => expectType<LobbyRoom[]>(rooms));
expectType<number | null>(client.lobby.rooms[0].total_ms);
expectType<number>((await client.request("clock", 1)).received);
expectType<Promise<TrackState & { ok: true; durable?: false }>>(client.request("play"));
expectError(client.request("no_such_request"));
expectType<Band>(bandOf(1));

new TrackPlayer(room, { sound: (context, value, when) => expectType<number>(value + when) }).on("tact", (tact) =>
  expectType<Tact>(tact),
);

const error = new GameError("not_host", "only the host may do this", "kick");
expectAssignable<Error>(error);
if (error.code === "disconnected" || error.code === "room_full") expectType<string | null>(error.event);
expectError<typeof error.code>("no_such_code");

expectError(new Emitter<{ change: [] }>().on("changed", () => {}));

// Every event of the contract is the room's to tell, or the client reads it itself.
type Read =
  | "all-rooms"
  | "become_host"
  | "clock"
  | "closing"
  | "create_success"
  | "draining"
  | "error"
  | "join_success"
  | "kicked"
  | "leave_success"
  | "login_success"
  | "logout_success"
  | "pings"
  | "replaced"
  | "room_closed"
  | "rooms-delta"
  | "send_session_key"
  | "snapshot_request"
  | "welcome";
expectNever({} as Exclude<EventName, Read | keyof RoomEvents>);
expectNever({} as Exclude<Read, keyof Events>);
