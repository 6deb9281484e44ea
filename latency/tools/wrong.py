"""What an operator can have asked in vain."""


class Wrong(ValueError):
    """What was asked cannot be done; the message says why in one sentence."""
