"""Drills: long forms of what the suite shows in short, with their own figures."""
