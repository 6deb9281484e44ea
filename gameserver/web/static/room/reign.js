// Who hosts the game, who did before, and why it changed: the candidates' pings as the server compared them.

import { bandOf } from "gameroom-client";

import { byId, element, pingBadge, share } from "../dom.js";
import { inSeconds, inSentence, words } from "../words.js";

// How the first of the candidates came to be the first.
function heading({ reason, candidates }) {
  if (reason === "transfer") return words.handedTo;
  const [first, ...others] = candidates.map(({ ping_ms }) => ping_ms ?? Infinity);
  return others.some((ping) => ping < first) ? words.steadiestPing : words.lowestPing;
}

export class Reigns {
  #room;
  #names = new Map(); // of all who were ever here: who left is still spoken of
  #changes = []; // host_changed, oldest first, each with the time it stood still

  constructor(room) {
    this.#room = room;
    this.learn();
    this.render();
  }

  // Remembers the names of who is here.
  learn() {
    for (const { id, name } of this.#room.players) this.#names.set(id, name ?? words.nameless);
  }

  changed(change) {
    this.#changes.push({ ...change, stoodStillMs: null });
    this.render();
  }

  // The first state of the new host came; the one before was so long ago.
  wentOn(ms) {
    const last = this.#changes.at(-1);
    if (last === undefined || last.stoodStillMs !== null) return;
    last.stoodStillMs = ms;
    this.render();
  }

  render() {
    const last = this.#changes.at(-1);
    const now = element("div", {}, ...(last ? this.#told(last) : this.#plain()));
    // Only what is new is put there: it is read aloud, and moves in.
    if (!byId("reign-now").firstChild?.isEqualNode(now)) byId("reign-now").replaceChildren(now);
    byId("reign").dataset.epoch = this.#room.epoch;
    byId("reign").dataset.stoodStillMs = Math.round(last?.stoodStillMs ?? 0);
    byId("reign-former").hidden = this.#changes.length === 0;
    byId("reign-list").replaceChildren(
      ...this.#changes.toReversed().map((change) =>
        element("li", { textContent: `${words.reign(change.epoch)}: ${this.#headline(change)} ${this.#reason(change)}` }),
      ),
    );
  }

  #nameOf = (id) => inSentence(this.#names.get(id) ?? words.someone);

  #plain() {
    const { isHost, host } = this.#room;
    const text = isHost ? words.youHostNow : host === null ? words.nobodyTookOver : words.hostsNow(this.#nameOf(host));
    return [element("p", { textContent: text })];
  }

  #headline({ host }) {
    if (host === null) return words.nobodyTookOver;
    return host === this.#room.client.id ? words.youTookOver : words.tookOver(this.#nameOf(host));
  }

  #reason({ reason, previous }) {
    return words.reasons[reason]?.(previous === null ? words.someone : this.#nameOf(previous)) ?? "";
  }

  #told(change) {
    const told = [
      element("p", { className: "headline", textContent: this.#headline(change) }),
      element("p", { className: "reason", textContent: this.#reason(change) }),
    ];
    if (change.candidates.length > 0) {
      told.push(
        element("p", { className: "faint small", textContent: heading(change) }),
        element("ol", { className: "candidates" }, ...change.candidates.map((candidate) => this.#candidate(candidate, change))),
      );
    }
    if (change.stoodStillMs !== null) {
      told.push(element("p", { className: "faint small", textContent: words.stoodStill(inSeconds(change.stoodStillMs)) }));
    }
    return told;
  }

  #candidate({ id, ping_ms }, { host }) {
    const bar = element("span", { className: "bar" });
    bar.setAttribute("aria-hidden", "true");
    const length = element("span");
    length.style.width = `${100 * (ping_ms === null ? 0 : Math.max(0.02, share(ping_ms)))}%`;
    bar.append(length);
    return element(
      "li",
      { className: id === host ? "chosen" : "" },
      element("span", { className: "name", textContent: this.#nameOf(id) }),
      bar,
      pingBadge(ping_ms, bandOf(ping_ms)),
    );
  }
}
