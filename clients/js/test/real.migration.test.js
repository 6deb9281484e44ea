// Three players in three processes; the host's is killed. Its inputs and the others' are counted.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Server } from "./support/server.js";
import { waitFor } from "./support/players.js";

const SCRIPT = fileURLToPath(new URL("support/player.js", import.meta.url));
let server;
const WATCHFUL = ["--host-grace-seconds", "0.3", "--latency-interval-host-s", "1", "--latency-dead-s", "6"];
before(async () => (server = await Server.start({ flags: ["--requests-burst", "200", ...WATCHFUL] })));
after(() => server.stop());

class Player {
  reports = [];

  constructor(...argv) {
    this.child = spawn(process.execPath, [SCRIPT, server.url, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.child.stdout }).on("line", (line) => this.reports.push(JSON.parse(line)));
  }

  says(check) {
    return waitFor(() => this.reports.findLast(check));
  }

  send(...lines) {
    for (const line of lines) this.child.stdin.write(`${line}\n`);
  }

  async end(signal) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.on("exit", resolve));
    if (signal) this.child.kill(signal);
    else this.child.stdin.end();
    await gone;
  }
}

async function table(t) {
  const anna = new Player("Anna");
  const { room, id } = await anna.says(({ ready }) => ready);
  const others = ["Bo", "Cleo"].map((name) => new Player(name, room));
  t.after(() => Promise.all([anna, ...others].map(({ child }) => child.kill("SIGKILL"))));
  const ids = [id];
  for (const player of others) ids.push((await player.says(({ ready }) => ready)).id);
  for (const player of others) await player.says(({ measured }) => measured);
  return { players: [anna, ...others], ids };
}

const numbers = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);

for (const signal of ["SIGKILL", "SIGSTOP"]) {
  const way = signal === "SIGKILL" ? "killed" : "frozen";
  test(`the host's process is ${way}: the game goes on, no input lost and none done twice`, async (t) => {
    const { players, ids } = await table(t);
    const [anna, bo, cleo] = players;
    const rest = [bo, cleo];

    anna.send(...numbers(0, 20));
    await anna.says(({ acknowledged }) => acknowledged === 20);
    let next = 0;
    const play = async (count) => {
      for (const to = next + count; next < to; next++) {
        for (const player of rest) player.send(next);
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    };
    await play(100);
    anna.child.kill(signal); // amid the traffic
    await play(100);
    const { changed } = await bo.says(({ changed }) => changed);
    await play(100);
    for (const player of rest) await player.says(({ acknowledged }) => acknowledged === 300);

    const heir = rest[ids.indexOf(changed.host) - 1];
    heir.send("game");
    const whole = ({ state }) => rest.every((_, place) => state?.[ids[place + 1]]?.length >= 300);
    const { state } = await heir.says(whole);
    assert.equal(changed.epoch, 2);
    assert.ok(changed.candidates.some(({ id, ping_ms }) => id === changed.host && ping_ms !== null));
    assert.deepEqual(state[ids[0]], numbers(0, 20));
    for (const id of ids.slice(1)) assert.deepEqual(state[id], numbers(0, 300));
    const other = rest.find((player) => player !== heir);
    const seen = await other.says(whole); // and the other sees it go on
    assert.deepEqual(seen.state, state);

    if (signal === "SIGSTOP") anna.child.kill("SIGCONT");
    await Promise.all([anna.end("SIGKILL"), ...rest.map((player) => player.end())]);
  });
}
