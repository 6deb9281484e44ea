"""Where rooms are kept: memory, SQLite."""
