"""The words on the wire: packets, event name to command, message to event."""
