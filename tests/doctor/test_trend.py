"""Pieces of the trend that no run of its own tests."""

import numpy as np

from chainrule.doctor.trend import median


def test_the_median_is_numpys(rng):
    for values in (rng.normal(size=7), rng.normal(size=(8, 3)), np.array([1.0, np.nan, 2.0])):
        np.testing.assert_array_equal(median(values), np.median(values, axis=0))
