"""The offline tools."""
