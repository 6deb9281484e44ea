"""Socket.IO packets in both parsers: msgpack and JSON."""
