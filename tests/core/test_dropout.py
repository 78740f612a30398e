"""Dropout's masks: their values, their share, their mean, and their draws."""

import math

import numpy as np
import pytest

from chainrule.core import random
from chainrule.core.dropout import drop_mask
from tests.helpers import digest, same_bits


def bits(at=0):
    return random.stream(0, random.dropout_of_layer(1), at)


def test_golden():
    assert random.dropout_of_layer(1) == 2001
    assert digest(drop_mask(bits(), 50, 7, 0.3, "float64")) == "aaad2645362c7d00"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_a_share_p_is_0_and_the_rest_makes_up_for_it(p, dtype):
    mask = drop_mask(bits(), 300, 200, p, dtype)
    assert mask.shape == (300, 200)
    assert mask.dtype == dtype
    assert set(mask.ravel().tolist()) == {0.0, float(np.dtype(dtype).type(1 / (1 - p)))}
    n = mask.size
    # Five standard deviations of a binomial share; the draws are fixed.
    assert abs((mask == 0).mean() - p) < 5 * math.sqrt(p * (1 - p) / n)
    assert abs(mask.mean(dtype=float) - 1) < 5 * math.sqrt(p / (1 - p) / n)


def test_draws_stand_at_their_position_row_by_row():
    whole = drop_mask(bits(), 6, 4, 0.5, "float64")
    assert same_bits(drop_mask(bits(8), 2, 4, 0.5, "float64"), whole[2:4])
    expected = random.uniform(bits(), 24).reshape(6, 4) > 0.5
    assert same_bits(whole, 2.0 * expected)
