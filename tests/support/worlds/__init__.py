"""Two worlds that differ in nothing but where secret places stand inside their cells.

`making` builds a world, `asking` sends every request that the app knows as every role, `commanding`
runs every command. What they return is compared byte by byte.
"""
