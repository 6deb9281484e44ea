"""What operators tune with, offline: record, replay, recommend, plot. Needs numpy; no server imports it."""
