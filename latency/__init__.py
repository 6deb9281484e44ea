"""Measure the latency of a network of players; know nothing of rooms."""
