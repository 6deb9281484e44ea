"""Answer an operator's questions from the lines the server wrote.

The console borrows the words; nothing else of this runs in the server.
"""
