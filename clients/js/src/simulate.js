// A bad network for tests: it holds up the messages of a WebSocket, both ways and in order.

const RETRANSMIT_MS = 200; // what a lost segment costs at least (RFC 6298: the smallest timeout in common use)

export class Network {
  conditions = {};
  #ways = [];

  set(conditions) {
    this.conditions = conditions;
    for (const way of this.#ways) way.run();
  }

  // Stands between the transport and its WebSocket from here on.
  attach(transport) {
    const { ws } = transport;
    if (!ws || ws.simulated) return;
    ws.simulated = true;
    const { send, onmessage } = ws;
    const out = new Way(this);
    const back = new Way(this);
    this.#ways = [out, back];
    ws.send = (...args) => out.pass(() => ws.readyState === 1 && send.apply(ws, args));
    ws.onmessage = (message) => back.pass(() => onmessage.call(ws, message));
  }
}

class Way {
  #network;
  #queue = [];
  #last = 0;

  constructor(network) {
    this.#network = network;
  }

  pass(deliver) {
    const { latency = 0, jitter = 0, drop = 0, random = Math.random } = this.#network.conditions;
    let wait = latency / 2 + jitter * random();
    while (random() < Math.min(drop, 0.99)) wait += RETRANSMIT_MS + latency;
    this.#last = Math.max(this.#last, performance.now() + wait); // none overtakes another
    this.#queue.push({ due: this.#last, deliver });
    if (this.#queue.length > 1 || wait > 0 || this.#network.conditions.freeze) setTimeout(() => this.run(), wait + 1);
    else this.run();
  }

  run() {
    if (this.#network.conditions.freeze) return;
    while (this.#queue.length && this.#queue[0].due <= performance.now()) this.#queue.shift().deliver();
    if (this.#queue.length) setTimeout(() => this.run(), this.#queue[0].due - performance.now());
  }
}
