"""The programs of the code tab run, and print the losses of the first ten steps: the same ones."""

import importlib.util
import io
import runpy
import subprocess
import sys
from contextlib import redirect_stdout

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.errors import UsageError
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.engine.batches import Batches
from chainrule.engine.reference import record
from chainrule.network import Network
from chainrule.view import code, code_numpy, code_pytorch
from chainrule.view.line import Line
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
SEVERAL = [  # every activation, loss, optimiser and schedule of theirs once, as few programs as do
    {"data": "circles"},
    {"data": "xor"},
    {"data": "mazur-shared-biases"},
    {"data": "three-layer", "l2": 0.01},
    {"data": "blobs", "optimizer": "adamw", "l2": 0.01, "l1": 0.001, "clip_norm": 0.5,
     "hidden": [[4, "leaky_relu"], [3, "gelu_tanh"]]},
    {"data": "moons", "noise": 0.2, "features": ["x1", "x1^2"], "optimizer": "rmsprop",
     "hidden": [[5, "silu"], [4, "gelu"], [3, "elu"]], "schedule": "step(every=1)"},
    {"data": "gauss", "loss": "huber(delta=0.5)", "optimizer": "nesterov", "schedule": "cosine",
     "hidden": [[4, "softplus"], [3, "identity"]]},
    {"data": "spirals", "loss": "softmax_cross_entropy(label_smoothing=0.1)", "dtype": "float64",
     "optimizer": "adagrad", "schedule": "inverse_scaling", "hidden": [[4, "relu"]]},
    {"data": "moons", "loss": "binary_cross_entropy(label_smoothing=0.1)", "optimizer": "adam"},
    {"data": "moons", "loss": "hinge", "optimizer": "momentum", "schedule": "exponential"},
    {"data": "moons", "loss": "absolute", "batch": "sum", "optimizer": "sgd"},
    {"data": "moons", "loss": "poisson", "rows": 30, "learning_rate": 0.001},
    {"data": "drawn", "points": [[k, -2.0 * k, k % 2] for k in range(9)], "loss": "half_squared"},
]  # fmt: skip


def made(settings):
    return set_up(Chosen.of(settings), Kept())


def wanted(setup):
    """The losses of the first ten steps, step by step."""
    state, batches = Line("A", setup).start, Batches(
        setup.source.data.fitted(setup.spec).train, setup.training
    )  # fmt: skip
    losses = []
    for t in range(1, 11):
        step = record(setup.spec, setup.training, state, batches(t), epoch=batches.epoch(t))
        losses.append(float(step.loss.value))
        state = step.after
    return losses


def prepared(setup, language, folder):
    """The program and the file it reads, in a folder."""
    text, _ = code.program(setup, language)
    (folder / code.data_name(setup)).write_bytes(code.data_file(setup))
    (folder / "program.py").write_text(text, encoding="utf-8")


def printed(setup, language, folder, patch):
    """What it prints of the first ten steps."""
    prepared(setup, language, folder)
    patch.chdir(folder)
    out = io.StringIO()
    with redirect_stdout(out):
        runpy.run_path("program.py", run_name="the first ten alone")
    return losses_in(out.getvalue())


def losses_in(text):
    return [float(line.split()[-1]) for line in text.splitlines()]


@pytest.mark.parametrize("settings", SEVERAL, ids=lambda each: f"{each}"[:60])
def test_numpy_gives_the_same_ten_losses(settings, tmp_path, monkeypatch):
    setup = made(settings)
    losses = printed(setup, "numpy", tmp_path, monkeypatch)
    # Printed are 12 digits; the order of sums differs, by less than one of them over ten steps.
    assert losses == pytest.approx(wanted(setup), rel=1e-11, abs=1e-14)
    assert len(losses) == 10


@pytest.mark.parametrize("settings", SEVERAL[::4], ids=lambda each: f"{each}"[:60])
def test_chainrule_gives_the_same_ten_losses(settings, tmp_path, monkeypatch):
    setup = made(settings)
    losses = printed(setup, "chainrule", tmp_path, monkeypatch)
    assert losses == pytest.approx(wanted(setup), rel=1e-11)


@pytest.mark.parametrize("language", ["numpy", "chainrule"])
def test_by_itself_it_trains_to_the_end(language, tmp_path):
    setup = made({"data": "moons", "epochs": 2})
    prepared(setup, language, tmp_path)
    done = subprocess.run(
        [sys.executable, "-W", "error", "program.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *first, last = done.stdout.splitlines()
    assert losses_in("\n".join(first)) == pytest.approx(wanted(setup), rel=1e-11)
    assert "40" in last


def test_what_they_need_is_said():
    text, notes = code.program(made({"data": "moons"}), "numpy")
    assert "moons.npz" in text
    assert notes == ("It reads moons.npz: Take away, Data.",)
    text, notes = code.program(made({"data": "moons"}), "chainrule")
    assert notes == ()
    compile(text, "program", "exec")


@pytest.mark.parametrize("settings", SEVERAL, ids=lambda each: f"{each}"[:60])
def test_pytorch_s_program_is_one(settings):
    text, _ = code.program(made(settings), "pytorch")
    compile(text, "program", "exec")


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="PyTorch is not installed: it is compiled only",
)
@pytest.mark.parametrize("settings", SEVERAL, ids=lambda each: f"{each}"[:60])
def test_pytorch_gives_the_same_ten_losses(settings, tmp_path, monkeypatch):
    setup = made(settings)
    losses = printed(setup, "pytorch", tmp_path, monkeypatch)
    assert losses == pytest.approx(wanted(setup), rel=1e-10)


def test_the_tables_of_the_programs_have_every_row():
    assert set(code_numpy.ACTIVATIONS) == set(code_pytorch.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(code_numpy.LOSSES) == set(code_pytorch.LOSSES) == set(LOSSES)
    assert set(code_numpy.UPDATES) == set(code_pytorch.OPTIMIZERS) == set(OPTIMIZERS)
    told = f"{SEVERAL}"
    for name in (*HIDDEN, *OPTIMIZERS):
        assert f"{name!r}"[1:-1] in told or name in ("sigmoid", "tanh"), name


@pytest.mark.parametrize(
    "settings", [{"drop_probability": 0.5}, {"schedule": "on_plateau"}, {"schedule": "warm_up"}]
)
def test_what_does_not_fit_into_a_short_program_is_said(settings):
    setup = made({"data": "moons", **settings})
    with pytest.raises(UsageError, match="short program"):
        code.program(setup, "numpy")
    compile(code.program(setup, "chainrule")[0], "program", "exec")


def test_the_file_holds_rows_and_start_and_nothing_that_runs(tmp_path):
    setup = made({"data": "moons", "dtype": "float32"})
    (tmp_path / "a.npz").write_bytes(code.data_file(setup))
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        start = Network.start(setup.spec, seed=setup.training.seed).params
        assert arrays["0.W"].tobytes() == start["0.W"].tobytes()
        assert arrays["x"].dtype == np.float32
