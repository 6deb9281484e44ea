// The way into a room as an address. What opens it stands behind the #, which no browser sends to a server.

const KEY = /^#key=([A-Za-z0-9]{6})$/;
const ROOM = /^#room=([0-9a-z]{8})$/;

export const addressOf = (room) =>
  `${location.origin}/#${room.key === null ? `room=${room.id}` : `key=${room.key}`}`;

// Returns what this page's address opens, as {key} or {id}, or null.
export function invitation() {
  const [key, id] = [KEY.exec(location.hash)?.[1], ROOM.exec(location.hash)?.[1]];
  return key ? { key } : id ? { id } : null;
}

// Leaves no key behind in the address bar or the history of who walked in.
export const forget = () => history.replaceState(null, "", location.pathname);
