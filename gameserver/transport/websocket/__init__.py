"""RFC 6455 without I/O, the socket that carries it, and its outbox."""
