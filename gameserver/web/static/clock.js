// The player's own ping and the server's clock, from the same exchanges.
//
// An exchange of `clock` gives a round trip and an offset; of the last few the shortest is the truest
// (less of it was waiting), so that one is used, as NTP does.

const KEPT = 8;
const exchanges = [];

export function forget() {
  exchanges.length = 0;
}

export async function measure(socket) {
  const sent = performance.now();
  const answer = await socket.timeout(5000).emitWithAck("clock", sent);
  const received = performance.now();
  if (!answer.ok) return;
  const there = (answer.received + answer.sent) / 2;
  exchanges.push({ roundTrip: received - sent, offset: there - (sent + received) / 2 });
  if (exchanges.length > KEPT) exchanges.shift();
}

function best() {
  return exchanges.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a), exchanges[0]);
}

// Milliseconds, null before the first exchange.
export function ping() {
  return exchanges.length ? best().roundTrip : null;
}

// How many milliseconds from now a moment of the server's clock is.
export function until(serverTime) {
  return exchanges.length ? serverTime - best().offset - performance.now() : 0;
}
