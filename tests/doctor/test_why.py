"""Bug, bad luck or settings."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from chainrule.checker.verdict import Mistake, Verdict
from chainrule.core.errors import ChainruleError, TaskError
from chainrule.core.initializers import NumpyLegacy
from chainrule.data.problems import find
from chainrule.doctor import why
from chainrule.doctor.findings import Diagnosis
from chainrule.doctor.words import verdict
from chainrule.network import Network
from chainrule.training import crowd, many, starts
from chainrule.training.loop import fit
from chainrule.training.run_writer import RunWriter
from tests.helpers import refused

XOR = find("xor")
SHORT = replace(XOR.training, epochs=1500, stop_below=0.06)  # as good as learnt


def run_of(folder: Path, training, spec=XOR.spec, data=None):
    """A run file of XOR's data."""
    data, path = data or XOR.data(), folder / "a.chainrule"
    network = Network.start(spec, seed=training.seed)
    with RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
    return path


@pytest.mark.parametrize(("seed", "cause"), [(0, "bad luck"), (3, "healthy")])
def test_a_run_that_is_stuck_was_unlucky(seed, cause, tmp_path):
    path = run_of(tmp_path, replace(SHORT, seed=seed))
    found = why.why_stuck(path, starts=12)
    stuck, of = found.starts
    assert (found.cause, of) == (cause, 12)
    assert 0 < stuck < 12
    assert f"{stuck} of 12" in verdict(found)


def test_a_table_is_asked_with_what_is_suggested_for_it(tmp_path):
    draw = np.random.default_rng(0)
    rows = [f"{x:.3f},{y:.3f},{'ab'[int(x > y)]}" for x, y in draw.normal(size=(60, 2))]
    path = tmp_path / "points.csv"
    path.write_text("\n".join(["x,y,kind", *rows]))
    found = why.why_stuck(path, starts=3)
    assert (found.cause, found.starts) == ("healthy", (0, 3))


def test_a_damaged_run_is_no_table(tmp_path):
    path = tmp_path / "run.chainrule"
    path.write_text("x,y\n1,2\n")
    with pytest.raises(ChainruleError, match="run"):
        why.why_stuck(path, starts=3)


def test_a_problem_without_a_run():
    found = why.answer(why.Question(XOR.spec, SHORT, XOR.data().fitted(XOR.spec)), 12,
                       lambda *_: None, lambda: False)  # fmt: skip
    assert found.cause == "bad luck"
    assert verdict(found).startswith("Bad luck: ")


@pytest.mark.parametrize("rate", [1e-7, 1e5])
def test_a_rate_that_no_start_survives_is_the_settings(rate, tmp_path):
    path = run_of(tmp_path, replace(SHORT, learning_rate=rate, epochs=50, seed=3))
    found = why.why_stuck(path, starts=10)
    assert found.cause == "settings"
    assert found.starts[0] >= 9
    assert verdict(found).startswith("Settings: ")


def test_without_a_target_the_best_start_is_the_measure(tmp_path):
    training = replace(SHORT, epochs=3000, stop_below=None)
    unlucky = why.why_stuck(run_of(tmp_path, replace(training, seed=0)), starts=12)
    (tmp_path / "a.chainrule").unlink()
    lucky = why.why_stuck(run_of(tmp_path, replace(training, seed=3)), starts=12)
    assert (unlucky.cause, lucky.cause) == ("bad luck", "healthy")
    assert unlucky.starts == lucky.starts


def test_a_run_that_learns_is_healthy_even_where_others_fail():
    assert verdict(Diagnosis((), "healthy", (0, 5))) == (
        "Healthy: this start learns, and so do all 5 starts."
    )


def test_given_weights_are_one_start():
    found = why.why_stuck("mazur")
    assert found.starts == (0, 1)
    assert "given, not drawn" in found.notes[0]


def test_numpys_own_stream_is_drawn_anew():
    spec = why.with_seed(find("two-layer").spec, 5)
    assert spec.layers[0].init == NumpyLegacy(seed=5)
    assert why.is_drawn(spec)


def test_a_row_of_ones_own_is_trained_start_by_start(monkeypatch):
    """What `supports` does not know is left to the loop, with the same answer."""
    data = XOR.data().fitted(XOR.spec)
    question = why.Question(XOR.spec, replace(SHORT, epochs=900, engine="reference"), data)
    together = why.answer(question, 6, lambda *_: None, lambda: False)
    monkeypatch.setattr(crowd, "KNOWN", {"adam"})
    told = []
    alone = why.answer(question, 6, lambda *a: told.append(a), lambda: False)
    assert alone.starts == together.starts
    assert alone.notes == (
        "sgd may mix the numbers of an array, so starts are trained one by one.",
    )
    assert len(told) >= 6  # once a start, and every 50 ms
    assert [ended for *_, ended in told] == sorted(ended for *_, ended in told)
    assert told[-1][0] == told[-1][1]


def test_a_stop_says_how_far(monkeypatch):
    monkeypatch.setattr(starts, "POLL", -1.0)
    with refused("stop at step", "of 5 starts had ended", kind=why.Stopped):
        why.why_stuck("xor", starts=5, stop=lambda: True)


def test_a_stop_of_the_loop_as_well(monkeypatch):
    monkeypatch.setattr(many, "alone", lambda *_: "One by one.")
    with refused("0 of 5 starts had ended", kind=why.Stopped):
        why.why_stuck("xor", starts=5, stop=lambda: True)


def test_what_is_nowhere():
    with refused("nothing of that name", "xor"):
        why.why_stuck("xro")


# ------------------------------------------------------------------------------------ programs


@pytest.fixture
def checker(monkeypatch):
    """A stand-in for the checker: `checker(status, *mistakes)` sets what it says."""
    module = ModuleType("chainrule.checker.api")

    def says(status, *mistakes):
        module.check = lambda path: Verdict(status, mistakes, message=f"it is {status}")

    monkeypatch.setitem(sys.modules, "chainrule.checker.api", module)
    return says


def test_a_program_with_a_mistake_is_a_bug(checker):
    checker(
        "wrong", Mistake(29, "slope", "hidden delta", 0, "f'(a) for f'(z).", "", "f'(z)", "f'(a)")
    )
    found = why.why_stuck("net.py")
    assert found.cause == "bug"
    assert found.findings[0].sentence == "f'(a) for f'(z)."
    assert verdict(found) == "Bug: the program has a mistake."


@pytest.mark.parametrize("status", ["right", "different"])
def test_a_right_program_says_what_could_not_be_read(status, checker, tmp_path):
    checker(status)
    (tmp_path / "net.py").write_text("def train(X, y):\n    ...\n")
    found = why.why_stuck(tmp_path / "net.py")
    assert (found.cause, found.starts) == ("unknown", None)
    assert found.notes[0] == "No mistake was found in the program."
    assert "could not be read" in found.notes[1]


@pytest.mark.parametrize("status", ["unknown", "error"])
def test_a_program_that_cannot_be_checked(status, checker):
    checker(status)
    with refused(f"it is {status}", "chainrule check", kind=TaskError):
        why.why_stuck("net.py")


def test_a_start_whose_loss_is_nan_is_stuck():
    question = why.Question(XOR.spec, replace(SHORT, stop_below=None), XOR.data())
    assert why._is_stuck(question, np.nan, "finished", 1.0)


PROGRAM = """
import numpy as np

def backward(params, X, y):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    d2 = (out - y) / len(X)
    d1 = d2 @ W2.T * (1 - h)
    return [X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]

rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
params = [rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]
backward(params, X, y)
"""


def test_a_real_program_is_really_checked(tmp_path):
    """The slope of tanh is 1 − h², and not 1 − h."""
    path = tmp_path / "net.py"
    path.write_text(PROGRAM)
    found = why.why_stuck(path)
    assert found.cause == "bug"
    assert found.findings[0].evidence["mistake"] > 0
