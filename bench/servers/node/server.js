// Node's socket.io, set up as its performance guide says, speaking the relay part of our contract.
//
//     node --expose-gc server.js PORT
//
// SIGUSR2 collects garbage, so that memory is measured without it.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";
import parser from "socket.io-msgpack-parser";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const roomId = () => Array.from(randomBytes(8), (byte) => ALPHABET[byte % 36]).join("");

const httpServer = createServer();
const io = new Server(httpServer, { parser, perMessageDeflate: false, serveClient: false });
io.engine.on("connection", (rawSocket) => {
  rawSocket.request = null; // the guide's advice: the handshake's request needn't be kept
});

const rooms = new Map();

const describe = (room) => ({
  id: room.id,
  title: room.title,
  host: room.host.id,
  epoch: 1,
  max_players: room.maxPlayers,
  users: room.members.map((member) => member.id),
  players: room.members.map((member) => ({
    id: member.id,
    role: member === room.host ? "HOST" : "CLIENT",
    connected: true,
  })),
});

const refuse = (socket, event, code, ack) => {
  const message = `${event}: ${code}`;
  socket.emit("error", { message, code, event });
  ack?.({ ok: false, error: { code, message } });
};

io.on("connection", (socket) => {
  let room = null;

  const leave = (reason) => {
    if (room === null) return;
    const left = room;
    room = null;
    left.members.splice(left.members.indexOf(socket), 1);
    socket.to(left.id).emit("player_left", { id: left.id, player_id: socket.id, reason });
    socket.leave(left.id);
    if (left.members.length === 0) rooms.delete(left.id);
    else if (left.host === socket) {
      left.host = left.members[0];
      io.to(left.id).emit("host_changed", { id: left.id, host: left.host.id, previous: socket.id, epoch: 2 });
    }
  };

  socket.emit("welcome", { id: socket.id, server_time: Date.now(), protocol: 1 });

  socket.on("create", ({ title, max_players: maxPlayers = 8 }, ack) => {
    if (room !== null) return refuse(socket, "create", "already_in_room", ack);
    room = { id: roomId(), title, maxPlayers, host: socket, members: [socket] };
    rooms.set(room.id, room);
    socket.join(room.id);
    const description = describe(room);
    socket.emit("create_success", description);
    ack?.({ ...description, ok: true });
  });

  socket.on("join", ({ id }, ack) => {
    if (room !== null) return refuse(socket, "join", "already_in_room", ack);
    const wanted = rooms.get(id);
    if (wanted === undefined) return refuse(socket, "join", "room_not_found", ack);
    if (wanted.members.length >= wanted.maxPlayers) return refuse(socket, "join", "room_full", ack);
    room = wanted;
    room.members.push(socket);
    socket.join(id);
    const description = describe(room);
    socket.emit("join_success", description);
    socket.to(id).emit("player_joined", { id, player: description.players.at(-1) });
    ack?.({ ...description, ok: true });
  });

  socket.on("leave", (_id, ack) => {
    if (room === null) return refuse(socket, "leave", "not_in_room", ack);
    const id = room.id;
    leave("left");
    socket.emit("leave_success", { id });
    ack?.({ id, ok: true });
  });

  socket.on("state", (data, ack) => {
    if (room?.host !== socket) return refuse(socket, "state", "not_host", ack);
    socket.to(room.id).volatile.emit("state", data);
    ack?.({ ok: true });
  });

  socket.on("input", (data, ack) => {
    if (room === null) return refuse(socket, "input", "not_in_room", ack);
    room.host.emit("input", socket.id, data);
    ack?.({ ok: true });
  });

  socket.on("broadcast", (data, ack) => {
    if (room === null) return refuse(socket, "broadcast", "not_in_room", ack);
    socket.to(room.id).emit("broadcast", socket.id, data);
    ack?.({ ok: true });
  });

  socket.on("clock", (client, ack) => {
    const received = Date.now();
    const answer = { client, received, sent: Date.now() };
    if (ack) ack(answer);
    else socket.emit("clock", answer);
  });

  socket.on("disconnect", () => leave("lost"));
});

process.on("SIGUSR2", () => globalThis.gc?.());
httpServer.listen(Number(process.argv[2]), "127.0.0.1");
