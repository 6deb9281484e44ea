"""A drill for a running server: hosts and connections are taken from rooms in play, and losses counted."""
