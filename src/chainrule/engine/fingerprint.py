"""A short hash of how this machine rounds: runs agree to the bit where it agrees."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from chainrule.core import random


@cache
def fingerprint() -> str:
    """12 hex digits of a few fixed products, sums, exp, tanh and log in both precisions.

    It covers NumPy's version, the BLAS kernel and its threads, and the processor: all that may
    change the last bit of a result. The products are small, tall and large, for each has a kernel
    of its own.
    """
    hashed = hashlib.sha256()
    drawn = random.uniform(random.stream(0, 0), 300 * 400) * 4 - 2
    with np.errstate(all="ignore"):
        for dtype in (np.float64, np.float32):
            a = drawn.astype(dtype).reshape(300, 400)
            for n, k in ((300, 400), (64, 100), (10, 30), (4, 3)):
                part = np.ascontiguousarray(a[:n, :k])
                for product in (
                    part @ part.T,
                    part.T @ part,
                    part @ part[:1].T,
                    part.T @ part[:, :1],
                ):
                    hashed.update(product.tobytes())
                for sums in (part.sum(axis=0), part.sum(axis=1), part.sum()):
                    hashed.update(sums.tobytes())
            for f in (np.exp, np.tanh, np.log1p, np.sqrt):
                hashed.update(f(np.abs(a)).tobytes())
            hashed.update(np.log(np.abs(a)).tobytes())
    return hashed.hexdigest()[:12]
