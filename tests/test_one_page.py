"""The page that a newcomer reads first computes the library's numbers, bit for bit."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from chainrule.engine.reference import record, reference
from chainrule.records import Batch, State
from chainrule.spec import Spec, Training
from tests.helpers import Rows, same_bits

PAGE = Path(__file__).parents[1] / "examples" / "one_page.py"
NAMES = {"0.W": "W1", "0.b": "b1", "1.W": "W2", "1.b": "b2"}  # ours: the page's
STEPS = 500
SPEC = Spec.chain([2, 8, 2], "tanh", loss="softmax_cross_entropy")
TRAINING = Training("sgd", learning_rate=0.5, steps=STEPS)


@pytest.fixture(scope="module")
def page():
    """The page's variables after it has run."""
    return runpy.run_path(str(PAGE))


@pytest.fixture(scope="module")
def steps():
    """The page's variables just before each update: the page run with one more line."""
    source = PAGE.read_text(encoding="utf-8")
    update = "    # Update:"
    assert source.count(update) == 1
    seen = []
    watched = source.replace(update, f"    look(dict(globals()))\n{update}")
    exec(compile(watched, str(PAGE), "exec"), {"look": seen.append})
    return seen


@pytest.fixture
def start(steps):
    return State(0, {ours: steps[0][theirs] for ours, theirs in NAMES.items()}, {}, {})


def test_it_learns_and_says_so(capsys):
    page = runpy.run_path(str(PAGE))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4
    assert said[0].endswith("2 of 4 right")
    assert said[-1].endswith("4 of 4 right")
    assert f"loss {page['loss']:.4f}" in said[-1]
    assert page["loss"] < 0.01


def test_it_fits_on_a_page():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 100


def test_training_gives_its_losses_and_weights(page, steps, start):
    rates = np.full(STEPS, page["learning_rate"])
    rows = Rows(page["x"], page["y"])
    chunk = reference.train(SPEC, TRAINING, start, rows, rates, 1, lambda: False)
    assert len(steps) == page["step"] == chunk.state.step == STEPS
    assert same_bits(chunk.losses, np.array([step["loss"] for step in steps]))
    for ours, theirs in NAMES.items():
        assert same_bits(chunk.state.params[ours], page[theirs]), ours


def test_records_give_every_number_of_every_step(page, steps, start):
    batch, state = Batch(np.arange(page["n"]), page["x"], page["y"], None), start
    for step in steps:
        made = record(SPEC, TRAINING, state, batch)
        one, two = made.layers
        assert same_bits(made.loss.value, step["loss"])
        for ours, theirs in [
            (one.z, "z1"), (one.a, "a1"), (one.da, "da1"), (one.dz, "dz1"), (one.dW, "dW1"),
            (one.db, "db1"), (two.z, "z2"), (two.dz, "dz2"), (two.dW, "dW2"), (two.db, "db2"),
            (made.before.params["0.W"], "W1"), (made.before.params["1.b"], "b2"),
        ]:  # fmt: skip
            assert same_bits(ours, step[theirs]), f"step {made.t}: {theirs}"
        # exp(log p) and the library's softmax are one and the same.
        assert same_bits(two.a, np.exp(step["log_p"]))
        state = made.after
    assert state.step == STEPS
