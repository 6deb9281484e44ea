"""The Socket.IO v5 server: namespaces, events, acks, both parsers on one port."""
