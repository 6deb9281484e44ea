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
    let newest = 0; // only the newest turn is followed by another, or each extra one would go on beside the others
    const turn = async () => {
      if (this.#ended) return;
      clearTimeout(timer);
      const mine = ++newest;
      let gone = false;
      if (!document.hidden) {
        try {
          await work();
        } catch (error) {
          if (!this.#ended && error.status !== 401) toast(error.message);
          gone = error.status === 404; // what is not there is not asked for again
        }
      }
      if (!this.#ended && !gone && mine === newest) timer = setTimeout(turn, pause);
    };
    this.#ending.push(() => clearTimeout(timer));
    turn();
    return turn;
  }

  onEnd(call) {
    this.#ending.push(call);
  }

  end() {
    this.#ended = true;
    for (const call of this.#ending) call();
  }
}
