"""Dropout: in each step another part of a layer is silent, so that no unit relies on another."""

from __future__ import annotations

import numpy as np
from numpy.random import PCG64

from chainrule.core import random
from chainrule.core.dense import Array


def drop_mask(bits: PCG64, n: int, units: int, drop_probability: float, dtype: str) -> Array:
    """What each a (n, units) is multiplied by: 0, or 1 / (1 − drop_probability).

    The mean of the mask is 1, so predictions need no scaling ("inverted" dropout).
    Source: Srivastava et al. (2014).
    """
    kept = random.uniform(bits, n * units).reshape(n, units) > drop_probability
    return np.where(kept, 1 / (1 - drop_probability), 0).astype(dtype)
