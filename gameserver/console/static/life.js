// What a view does again and again ends with the view; a page that nobody sees asks nothing.

import { toast } from "./dom.js";

export class Life {
  #ended = false;
  #ending = [];

  get over() {
    return this.#ended;
  }

  // Does this now, and again so long after it is done.
  every(pause, work) {
    let timer = 0;
    const turn = async () => {
      if (this.#ended) return;
      if (!document.hidden) {
        try {
          await work();
        } catch (error) {
          if (!this.#ended && error.status !== 401) toast(error.message);
        }
      }
      if (!this.#ended) timer = setTimeout(turn, pause);
    };
    this.#ending.push(() => clearTimeout(timer));
    turn();
    return () => {
      clearTimeout(timer);
      turn();
    };
  }

  onEnd(call) {
    this.#ending.push(call);
  }

  end() {
    this.#ended = true;
    for (const call of this.#ending) call();
  }
}
