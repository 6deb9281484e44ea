"""The swarm of bots."""
