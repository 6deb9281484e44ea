// One player in a process of its own, for tests that kill it. `node player.js URL NAME [ROOM]`: reports what it
// sees on stdout, one JSON object a line; each number read from stdin is sent as an input.

import { createInterface } from "node:readline";
import { Client } from "../../src/index.js";

const [url, name, roomId] = process.argv.slice(2);
const say = (report) => process.stdout.write(`${JSON.stringify({ name, ...report })}\n`);

const client = new Client(url, { name, io: { reconnectionDelay: 50, reconnectionDelayMax: 100 } });
await client.connect();
const room = roomId ? await client.join(roomId) : await client.create({ title: "Counted" });

// The game: every input that was ever applied, by its sender.
let game = {};
const apply = (player, data) => (game[player] ??= []).push(data);
room.hostRole({
  tickMs: 20,
  snapshotEveryMs: 100,
  onBecomeHost(snapshot, inputs) {
    game = snapshot ?? {};
    for (const { player, data } of inputs) apply(player, data);
    say({ hosts: true, epoch: room.epoch });
  },
  onInput: apply,
  onTick: () => game,
  takeSnapshot: () => game,
});
room.on("state", (state) => say({ state }));
room.on("host_changed", ({ host, epoch, reason, candidates }) => say({ changed: { host, epoch, reason, candidates } }));
say({ ready: true, id: client.id, room: room.id });
while ((await client.request("pings")).you === null) await new Promise((resolve) => setTimeout(resolve, 200));
say({ measured: true });

let acknowledged = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "game") say({ state: game });
  else room.input(Number(line)).then(() => say({ acknowledged: ++acknowledged }), (error) => say({ failed: error.code }));
}
client.close();
