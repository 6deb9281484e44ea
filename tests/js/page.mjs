// Runs the scripts of a page, given on stdin, as a browser would: in their order, `src` fetched from the
// server, all in one global scope. The browser's own part is played by two packages and a few lines;
// there is no document.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { runInThisContext } from "node:vm";

const require = createRequire(import.meta.url);
globalThis.XMLHttpRequest = require("xmlhttprequest-ssl").XMLHttpRequest;
globalThis.WebSocket = require("ws").WebSocket;
globalThis.FileReader = class {
  async readAsDataURL(blob) {
    this.result = `data:;base64,${Buffer.from(await blob.arrayBuffer()).toString("base64")}`;
    this.onload();
  }
};

const page = await text(process.stdin);
for (const [, src, inline] of page.matchAll(/<script(?: src="([^"]+)")?>([\s\S]*?)<\/script>/g)) {
  runInThisContext(src ? await (await fetch(src)).text() : inline, { filename: src ?? "inline" });
}
