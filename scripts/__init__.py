"""Set-up and developers' tools behind the Makefile: standard library only, run before anything."""
