"""A swarm of bots that fills a server: rooms in play, coming and going, far players, things that go wrong."""
