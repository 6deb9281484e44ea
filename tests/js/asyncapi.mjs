// Reads an AsyncAPI document from stdin and writes what the official parser finds amiss, one line each:
// `error` or `warning`, where, and what. Hints are passed over.

import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const LEVELS = ["error", "warning"];

const { diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
for (const { severity, path, message } of diagnostics) {
  if (severity < LEVELS.length) console.log(LEVELS[severity], path.join("/"), message);
}
