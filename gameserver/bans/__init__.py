"""Keep somebody out: a file of bans, the command line that changes it, and the desk that heeds it."""
