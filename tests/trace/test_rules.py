"""One entry for each row of a table, and each entry agrees with its row."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES, BinaryCrossEntropy, Huber
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.penalties import PENALTIES
from chainrule.core.schedules import SCHEDULES
from chainrule.core.tables import Settings
from chainrule.trace import rules
from chainrule.trace.expression import Leaf, Quantity
from tests.helpers import refused

TABLES = [
    ("activation", ACTIVATIONS, rules.ACTIVATIONS),
    ("loss", LOSSES, rules.LOSSES),
    ("optimizer", OPTIMIZERS, rules.OPTIMIZERS),
    ("penalty", PENALTIES, rules.PENALTIES),
    ("schedule", SCHEDULES, rules.SCHEDULES),
]
WITH_EXP = {"softplus", "silu", "gelu", "gelu_tanh"}  # in their slopes
Z = np.array([-800.0, -90.0, -3.5, -1e-9, 0.0, 1e-300, 0.1, 2.0, 40.0, 700.0, 1e5])


@pytest.mark.parametrize(("kind", "table", "entries"), TABLES)
def test_every_row_has_an_entry_and_every_entry_a_row(kind, table, entries):
    assert set(entries) == set(table), f"chainrule.trace.rules: an entry for each {kind}"


@pytest.mark.parametrize(("kind", "entries"), [(kind, e) for kind, _, e in TABLES])
def test_a_row_of_ones_own_is_named(kind, entries):
    with refused(f"explain {kind} 'my own'", "chainrule.trace.rules", "Add an entry"):
        rules.rule_of(entries, kind, "my own")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", [n for n, row in ACTIVATIONS.items() if row.slope])
def test_activations_of_each_number(name, dtype):
    row, rule, z = ACTIVATIONS[name], rules.ACTIVATIONS[name], Z.astype(dtype)
    a = row.f(z)
    for k in range(len(z)):
        with np.errstate(all="ignore"):
            leaf = Leaf(Quantity("z"), z[k])
            value, off = rule.value(leaf).found()
            slope = rule.slope(leaf, Leaf(Quantity("a"), a[k])).found()
        assert abs(float(value) - float(a[k])) <= off
        off = abs(float(z.dtype.type(slope.value)) - float(row.slope(z, a)[k]))
        assert off <= slope.off, z[k]
        assert slope.off == 0 or name in WITH_EXP


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "row",
    [row for row in LOSSES.values() if row.targets == "columns"]
    + [Huber(0.25), BinaryCrossEntropy(0.1)],
    ids=repr,
)
def test_losses_of_each_output(row, dtype, rng):
    rule = rules.LOSSES[row.name]
    held = row.settings() if isinstance(row, Settings) else {}
    settings = {k: Leaf(Quantity(k), v, is_setting=True) for k, v in held.items()}
    q = Z[1:-2].astype(dtype)[:, None]
    y = rng.random(q.shape).astype(dtype)
    a = ACTIVATIONS[row.last].f(q) if row.last else q
    share, slope = row.share(q, y), row.slope(q, y)
    for k in range(len(q)):
        Q, Y, A = (Leaf(Quantity(n), v[k, 0]) for n, v in (("q", q), ("y", y), ("a", a)))
        with np.errstate(all="ignore"):
            value, off = rule.share(Q, Y, A, **settings).found()
            d = rule.slope(A, Y, **settings).found().value
        assert abs(float(q.dtype.type(value)) - float(share[k, 0])) <= off
        assert float(q.dtype.type(d)) == float(slope[k, 0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimisers_memory_has_a_formula_each(name):
    row = OPTIMIZERS[name]()
    assert isinstance(row, Settings)
    assert tuple(rules.OPTIMIZERS[name].memory) == row.keeps
