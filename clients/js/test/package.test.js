// The package as npm would carry it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import tsdModule from "tsd";

const MOST_BYTES = 8000;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
const modules = (await readdir(join(ROOT, "src"))).filter((name) => name.endsWith(".js"));

test("it has less than 8 kB, gzipped, without what it depends on", async (t) => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/index.js"],
    bundle: true,
    minify: true,
    format: "esm",
    packages: "external",
    write: false,
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;

  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
});

test("it depends on the stock client and its msgpack parser, and imports nothing else", async () => {
  assert.deepEqual(Object.keys(manifest.dependencies).sort(), ["socket.io-client", "socket.io-msgpack-parser"]);
  const imported = new Set();
  for (const name of modules) {
    const source = await readFile(join(ROOT, "src", name), "utf8");
    for (const [, from] of source.matchAll(/^(?:import|export) .*?from "([^"]+)";$/gm)) imported.add(from);
  }

  const own = new Set(modules.map((name) => `./${name}`));
  assert.deepEqual([...imported].filter((from) => !own.has(from)).sort(), Object.keys(manifest.dependencies).sort());
});

test("it bundles for browsers as it is", async () => {
  const { outputFiles, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/index.js"],
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
  });

  assert.deepEqual(warnings, []);
  assert.ok(!/from\s*"(?!\.)/.test(outputFiles[0].text));
});

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: ROOT, strict: true, pack: "npm" });

  assert.deepEqual(messages.map((message) => formatMessage(message, manifest)), []);
});

test("its types are found by every resolution that reads ES modules", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "gameroom-pack-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", directory], { cwd: ROOT });
  const [{ filename, files }] = JSON.parse(stdout);
  const attw = join(ROOT, "node_modules/.bin/attw");

  await run(attw, [join(directory, filename), "--profile", "esm-only", "--no-definitely-typed"]);

  const carried = files.map(({ path }) => path);
  assert.ok(carried.includes("src/index.d.ts") && carried.includes("src/contract.d.ts") && carried.includes("LICENSE"));
  assert.deepEqual(carried.filter((path) => path.startsWith("test/")), []);
});

test("its types hold what they promise", async () => {
  const tsd = tsdModule.default ?? tsdModule;

  const found = await tsd({ cwd: ROOT, testFiles: ["test/types.test-d.ts"] });

  assert.deepEqual(found.map(({ fileName, line, message }) => `${fileName}:${line} ${message}`), []);
});

test("what the types declare is what the module exports", async () => {
  const types = await readFile(join(ROOT, "src/index.d.ts"), "utf8");
  const declared = [...types.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name);

  assert.deepEqual([...new Set(declared)].sort(), Object.keys(await import("gameroom-client")).sort());
});
