"""The gradients of random networks, held to the complex step and to central differences.

`--battery all` runs all 2,000 networks (half a minute); an ordinary run draws about 200 of them.
"""

from itertools import count, islice

import numpy as np

from chainrule import gradcheck
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES
from chainrule.engine.reference import reference
from tests.helpers import same_bits
from tests.random_networks import WITHIN, check_networks, random_case

GROUP = 16  # networks that are drawn together
GROUPS = 125


def test_gradients_by_complex_step(battery, seed, capsys):
    firsts = battery(range(0, GROUP * GROUPS, GROUP))
    found = [check_networks(GROUP, seed, first=first) for first in firsts]
    worst = max(found, key=lambda f: f["worst_error"])
    checked, skipped = (sum(f[k] for f in found) for k in ("networks", "skipped"))
    with capsys.disabled():
        print(
            f"\n{checked} random networks of seed {seed} ({skipped} more too near a kink): worst "
            f"error {worst['worst_error']:.1e} ({worst['where']}), "
            f"{sum(f['seconds'] for f in found):.1f} s"
        )
    assert checked + skipped == GROUP * len(firsts)
    assert skipped <= 2 + 0.05 * checked  # a unit whose inputs are all 0 has z = 0 exactly
    assert all(f["worst_error"] <= WITHIN for f in found), worst["where"]


def test_gradients_by_central_differences(seed):
    """A second witness, with a doubt of its own, for 30 networks and 8 entries a tensor."""
    cases = (random_case(number, seed, deepest=4, widest=9) for number in count())
    looked_at = useful = 0
    for case in islice((c for c in cases if not c.is_near_a_kink()), 30):
        _, claimed = reference.gradients(case.spec, case.params, case.batch)
        sides = set()

        def f(params, case=case, sides=sides):
            sides.add(case.sides(params))
            return case.loss(params)

        rng = np.random.default_rng(case.number)
        for name, theta in case.params.items():
            for k in rng.permutation(theta.size)[:8]:
                entry = name, tuple(int(i) for i in np.unravel_index(k, theta.shape))
                sides.clear()
                measured, doubt = gradcheck.central_difference(f, case.params, entry)
                if len(sides) > 1:
                    continue  # a z crossed a kink between the four values
                looked_at += 1
                off = abs(claimed[name][entry[1]] - measured)
                assert off <= doubt, f"network {case.number}, {entry}: {case.spec}"
                useful += doubt <= 1e-3 * abs(measured)
    assert looked_at > 500
    assert useful > looked_at / 2  # the rest is smaller than its doubt: dead units, mostly


def test_the_networks_are_of_every_kind(seed):
    specs = [random_case(number, seed).spec for number in range(400)]
    layers = [layer for spec in specs for layer in spec.layers]
    sizes = {size for spec in specs for size in spec.sizes}
    assert {len(spec.layers) for spec in specs} == set(range(1, 7))
    assert (min(sizes), max(sizes)) == (1, 33)
    assert {layer.activation.name for layer in layers} == set(ACTIVATIONS)
    assert {spec.loss.name for spec in specs} == set(LOSSES)
    assert {layer.bias for layer in layers} == {"unit", "shared", "none"}
    assert {layer.frozen for layer in layers} == {(), ("W",), ("b",), ("W", "b")}
    how = {(spec.conventions.batch, spec.conventions.outputs) for spec in specs}
    assert len(how) == 4


def test_batches_are_of_every_kind(seed):
    batches = [random_case(number, seed).batch for number in range(400)]
    rows = {len(batch.x) for batch in batches}
    assert min(rows) == 1
    assert max(rows) == 65
    assert {batch.weight is None for batch in batches} == {True, False}


def test_a_number_is_a_network(seed):
    one, again, other = (random_case(k, seed) for k in (5, 5, 6))
    assert one.spec == again.spec
    assert same_bits(one.params, again.params)
    assert same_bits(one.batch.x, again.batch.x)
    assert one.spec != other.spec
    first = random_case(5, seed + 1)
    assert first.spec != one.spec
