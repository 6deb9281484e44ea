"""The measuring itself: its searches, statistics and tables, and that the generator counts right."""
