"""The contract on the other instruction sets that this processor has, in a small sample.

`python benchmarks/figures.py contract` runs it whole on each of them.
"""

import pytest

from tests.contracts.battery import measured_on
from tests.contracts.engines import targets

RUNS = 24


@pytest.mark.parametrize("place", [1, 2], ids=["second", "third"])
def test_another_instruction_set_keeps_the_contract(native, place, seed, capsys):
    known = targets()
    if place >= len(known):
        pytest.skip(f"this processor has only {', '.join(known)}")
    found = measured_on(known[place], RUNS, 0, seed)
    assert found["target"] == known[place]
    assert found["steps"]["worst"] <= 1
    with capsys.disabled():
        print(
            f"\n{known[place]}: {found['steps']['runs']} runs step by step, worst share of a bound "
            f"{found['steps']['worst']:.2f}"
        )
