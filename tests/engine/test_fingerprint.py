"""The fingerprint is one for a machine, and another where a last bit differs."""

import numpy as np
import pytest

from chainrule.engine import fingerprint as module
from chainrule.engine.reference import reference


@pytest.fixture
def take():
    """The fingerprint, taken anew."""
    return module.fingerprint.__wrapped__


def test_it_is_one_and_the_same(take):
    assert len(take()) == 12
    assert int(take(), 16) >= 0
    assert take() == take() == module.fingerprint() == reference.fingerprint


@pytest.mark.parametrize("name", ["exp", "tanh", "log1p", "sqrt", "log"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_one_bit_of_one_function_changes_it(name, dtype, take, monkeypatch):
    usual, expected = getattr(np, name), take()

    def other(values):
        found = usual(values)
        if values.dtype == dtype:
            found.flat[77] = np.nextafter(found.flat[77], dtype(9))
        return found

    monkeypatch.setattr(np, name, other)
    assert take() != expected
