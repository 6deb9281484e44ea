"""Coverage-guided fuzzing, bounded in time: `make fuzz` runs every `fuzz_*.py` here."""
