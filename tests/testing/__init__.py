"""The help that games get for their tests."""
