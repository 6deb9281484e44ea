"""Answer an operator's questions from the lines the server wrote; nothing of this runs in the server."""
