"""What a verdict is worth: numbers that are added up over the rules of a question.

There are fewer than 64 rules: how many ask, how many fail, how many have nothing to say, and
whether one was never asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FITTING, ASKED, FAILED, SILENT, UNASKED = 0, 1, 2**6, 2**12, 2**20
ASKS, FAILS, TWICE = FAILED - 1, SILENT - FAILED, SILENT - 2 * FAILED  # bits of such a sum

Slots = NDArray[np.intp]
Column = NDArray[np.int32]
Floats = NDArray[np.float64]
