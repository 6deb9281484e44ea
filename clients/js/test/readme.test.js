// The README's examples do what they say, on the real server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Server } from "./support/server.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const sections = readme.split(/^## /m).slice(1);
let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

// Runs the example of a section as a program of its own, and returns what it printed. After the first example
// there is a client; it goes on for `ms` once the example has ended.
async function printed(title, ms = 0) {
  const section = sections.find((each) => each.startsWith(title));
  let [, code] = section.match(/^```js\n([\s\S]*?)^```$/m);
  if (!code.includes("new Client(")) {
    const names = code.includes("import {") ? "" : 'import { Client } from "gameroom-client";\n';
    const imports = names || code.replace("import { ", "import { Client, ").match(/^import .*\n/m)[0];
    code = `${imports}const client = new Client("http://localhost:8000", { name: "Anna" });
      await client.connect();\n${code.replace(/^import .*\n/m, "")}`;
  }
  const program = `globalThis.AudioContext ??= class { state = "suspended" };\n${code}
    await new Promise((resolve) => setTimeout(resolve, ${ms}));
    client.close();\n`;
  const child = spawn(process.execPath, ["--input-type=module", "-"], { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(program.replace("http://localhost:8000", server.url));
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  assert.equal(await new Promise((resolve) => (child.exitCode === null ? child.on("exit", resolve) : resolve(child.exitCode))), 0);
  return text;
}

test("a game that its host runs", async () => {
  assert.match(await printed("The lobby"), /^host: 3$/m);
});

test("a connection that breaks and comes back", async () => {
  assert.match(await printed("When the connection breaks"), /^lost: .* true\nback, nothing missed: true\nnull$/m);
});

test("a session by key", async () => {
  assert.match(await printed("A session by key"), /^key: [A-Z2-9]{6}\nstate: started$/m);
});

test("a track", async () => {
  const tacts = /^tact 0 64\ntact 1 0$/m;
  const soon = await printed("A track", 900);
  assert.match(tacts.test(soon) ? soon : await printed("A track", 20_000), tacts);
});

test("a refusal", async () => {
  assert.match(await printed("Refusals"), /^GameError not_a_member direct$/m);
});

test("a bad network", async () => {
  assert.match(await printed("A bad network"), /^still here: true$/m);
});

test("the import map of the README is of files that the server serves", async () => {
  const [map] = readme.match(/\{ "imports": [\s\S]*?\} \}/);

  for (const [name, path] of Object.entries(JSON.parse(map).imports)) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.headers.get("content-type"), "text/javascript; charset=utf-8", name);
    assert.equal((await answer.text()).length > 0, true);
  }
});
