"""The newest states in shared memory: the latest whole one, and never half of another."""

import numpy as np
import pytest

from chainrule.spec import Spec
from chainrule.view.ring import FIRST, HEAD, SLOTS, Ring
from tests.helpers import same_bits

SPEC = Spec.chain([2, 3, 1], "tanh", last="sigmoid", loss="squared")


def params(k):
    return {name: np.full(shape, float(k)) for name, shape in SPEC.shapes.items()}


@pytest.fixture
def rings():
    """The one that is read, and the one that is written: as two processes have them."""
    here = Ring.create(SPEC)
    there = Ring.attach(SPEC, here.name)
    yield here, there
    there.close()
    here.close()


def test_the_newest_is_found_however_many_there_were(rings):
    here, there = rings
    assert here.newest() is None
    for k in range(1, 3 * SLOTS):
        there.put(10 * k, params(k))
        found = here.newest()
        assert (found.number, found.step) == (k, 10 * k)
        assert same_bits(found.params, params(k))


def place_of(ring, number):
    return FIRST + number % SLOTS * (HEAD.size + ring.size)


@pytest.mark.parametrize("byte", [0, 8, -1], ids=["its number", "its first", "its last"])
def test_of_a_state_that_is_just_written_the_one_before_is_taken(rings, byte):
    """Whichever byte of it is new already."""
    here, there = rings
    for k in (1, 2, 3):
        there.put(k, params(k))
    at = place_of(here, 3)
    at += 0 if byte == 0 else HEAD.size + (here.size - 2 if byte == -1 else 6)
    here.content[at] ^= 0xFF
    found = here.newest()
    assert (found.number, found.step) == (2, 2)
    assert same_bits(found.params, params(2))


def test_where_all_are_overwritten_there_is_none(rings):
    here, there = rings
    for k in range(1, 2 * SLOTS):
        there.put(k, params(k))
    for number in range(SLOTS):
        here.content[place_of(here, number) + HEAD.size + 6] ^= 0xFF
    assert here.newest() is None


def test_a_ring_that_nobody_took_its_name_from_leaves_none():
    ring = Ring.create(SPEC)
    name = ring.name
    ring.close()
    with pytest.raises(FileNotFoundError):
        Ring.attach(SPEC, name)
