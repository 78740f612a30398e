"""The sieve keeps all that a fit accepts."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checker.fitting import TOLERANCE, fit, sieve

ADDED = np.array([[0.3, -1.0], [2.0, 0.7]])


@pytest.mark.parametrize("added", [None, ADDED, np.zeros((2, 2))])
@pytest.mark.parametrize("theirs", [
    np.array([[1.0, 2.0], [-3.0, 0.5]]), np.zeros((2, 2)), np.full((2, 2), 1e-17), ADDED,
    np.array([[np.nan, 1.0], [2.0, 3.0]]),
])  # fmt: skip
def test_nothing_that_fits_is_lost(theirs, added):
    draw = np.random.default_rng(0)
    other = draw.normal(size=(2, 2))
    ours = np.stack([
        theirs, 2.5 * theirs, theirs + 1e-9, other, np.zeros((2, 2)), 1e-17 * other,
        ADDED, theirs - 0.1 * ADDED, np.full((2, 2), np.inf),
    ])  # fmt: skip
    with np.errstate(all="ignore"):
        kept = sieve(ours, theirs, added, TOLERANCE)
        fitting = [fit(each, theirs, added).off <= TOLERANCE for each in ours]
    assert not [k for k, (may, fits) in enumerate(zip(kept, fitting, strict=True)) if fits > may]


def test_what_is_far_off_is_sifted_out():
    draw = np.random.default_rng(1)
    theirs, others = draw.normal(size=(3, 3)), draw.normal(size=(50, 3, 3))
    assert not sieve(others, theirs, None, TOLERANCE).any()
    assert not sieve(others, theirs, draw.normal(size=(3, 3)), TOLERANCE).any()
