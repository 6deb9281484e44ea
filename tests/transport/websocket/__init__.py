"""The socket layer: frames, outbox, link, upgrade."""
