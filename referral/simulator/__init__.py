"""A past that never was, written through the commands that people use, with known truth.

`world` draws the truth, `people` the persons, `answering` how agencies answer; `running` is the
loop over simulated time; `seeking`, `deciding`, `coming` and `after` are what people do in it.
Nothing here writes a row itself (tests/guards/test_simulator.py).
"""
