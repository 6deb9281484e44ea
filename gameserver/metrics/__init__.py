"""What operators can ask of a running server: figures read when they are asked for, and its health."""
