"""The relay lane: from a received frame to the recipients, by the route."""
