// The real server on a free port, as its user runs it.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve as absolute } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const OWN = join(ROOT, ".venv/bin/python");
const GIVEN = process.env.PYTHON?.includes("/") ? absolute(process.env.PYTHON) : process.env.PYTHON;
const PYTHON = GIVEN ?? (existsSync(OWN) ? OWN : "python3");

// It takes nobody for lost, silent or slow because a machine stood still for a while; of two flags the last counts.
const PATIENT = [
  ...["--ping-timeout-seconds", "60", "--latency-dead-s", "60", "--latency-sustain-s", "600"],
  ...["--host-ready-timeout-seconds", "60", "--backlog-seconds", "60", "--stall-seconds", "60"],
  ...["--header-seconds", "60", "--body-seconds", "60", "--connect-seconds", "60", "--upgrade-seconds", "60"],
];

export class Server {
  // `directory` holds what it stores: the same one again is the same server, restarted.
  static async start({ directory, port = 0, flags = [] } = {}) {
    const home = directory ?? (await mkdtemp(join(tmpdir(), "gameroom-")));
    const argv = [join(ROOT, "run_server.py"), "--port", String(port), "--log-format", "json", ...PATIENT, ...flags];
    argv.push("--tracks", join(ROOT, "tracks_collection.json"));
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GAMESERVER_")));
    const child = spawn(PYTHON, argv, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
    const written = [];
    const started = new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          written.push(line);
          if (line.includes("server.started")) resolve(JSON.parse(line).url);
        });
      }
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${written.join("\n")}`)));
    });
    const url = await started;
    return new Server(child, new URL(url).port, home, written);
  }

  constructor(child, port, directory, written) {
    this.child = child;
    this.port = Number(port);
    this.url = `http://127.0.0.1:${port}`;
    this.directory = directory;
    this.written = written;
  }

  async end(signal = "SIGTERM") {
    const gone = new Promise((resolve) => this.child.on("exit", resolve));
    this.child.kill(signal);
    await gone;
  }

  async stop() {
    await this.end();
    await rm(this.directory, { recursive: true, force: true });
  }
}
