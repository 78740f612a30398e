"""Clipping: the length of all gradients together, in every precision."""

import numpy as np
import pytest

from chainrule.core.clipping import clip_scale
from tests.helpers import EPS


def test_by_hand():
    gradients = [np.array([[3.0, 0.0]]), np.array([4.0])]  # of length 5
    assert clip_scale(gradients, 1.0) == 0.2
    assert clip_scale(gradients, 5.0) == 1.0
    assert clip_scale(gradients, 7.0) == 1.0
    assert clip_scale([np.zeros(3)], 1.0) == 1.0


def test_what_is_clipped_has_that_length(rng):
    gradients = [rng.normal(size=(7, 5)), rng.normal(size=5)]
    scale = clip_scale(gradients, 0.25)
    clipped = np.concatenate([scale * g.ravel() for g in gradients])
    assert np.linalg.norm(clipped) == pytest.approx(0.25, rel=32 * EPS["float64"])  # sums of 40


def test_single_precision_does_not_overflow():
    with np.errstate(all="raise"):
        assert clip_scale([np.array([3e30, 4e30], "float32")], 1.0) == pytest.approx(2e-31)


def test_squares_that_overflow_clip_and_do_not_wipe_out():
    gradients = [np.array([3e200]), np.array([[4e200, 0]])]
    with np.errstate(all="raise"):
        assert clip_scale(gradients, 1.0) == pytest.approx(2e-201)


def test_gradients_that_are_not_finite_stay_so():
    for bad in (np.inf, np.nan):
        with np.errstate(invalid="ignore"):
            scale = clip_scale([np.array([bad, 1.0])], 1.0)
            assert not np.isfinite(scale * np.array([bad])).any()
