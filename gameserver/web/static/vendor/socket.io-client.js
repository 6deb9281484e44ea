// The bundle beside this file as the module that `import "socket.io-client"` means.
import "./socket.io.msgpack.min.js";
export const io = globalThis.io;
