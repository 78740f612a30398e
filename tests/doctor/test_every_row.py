"""Runs with every row of the tables can be trained, examined and explained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chainrule import Data, Dense, Network, RunFile, RunWriter, Spec, Training, fit, record
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.schedules import SCHEDULES
from chainrule.doctor.examine import chart_of_run, diagnose
from chainrule.doctor.looks import _own_rows
from chainrule.doctor.why import why_stuck
from chainrule.engine.batches import Batches
from chainrule.engine.choice import choose
from chainrule.engine.rates import falls_of
from chainrule.engine.reference import reference
from chainrule.trace.story import whole_step
from chainrule.trace.walk import Trace
from chainrule.training.crowd import alone
from tests.helpers import same_bits

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
REST = [
    {"clip_norm": 0.1, "class_weight": "balanced", "decay": 0.1},
    {"l1": 0.01, "l2": 0.01},
    {},
]


def cases():
    """As few runs as meet every row once."""
    tables = [HIDDEN, LOSSES, OPTIMIZERS, SCHEDULES, REST]
    for k in range(max(map(len, tables))):
        activation, loss, optimizer, schedule, rest = (list(t)[k % len(t)] for t in tables)
        rest = {} if loss in ("poisson", "absolute") else rest  # answers are numbers there
        yield activation, loss, {"optimizer": optimizer, "schedule": schedule, **rest}


def trained(path, activation, loss, settings, *, drop=0.0):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    row = LOSSES[loss.partition("(")[0]]
    classes = "class_weight" in settings or row.last in ("sigmoid", "softmax", "identity")
    y = (x[:, 0] > 0.3).astype(int) if classes else rng.poisson(2, (40, 2)).astype(float)
    layers = [Dense(5, activation, drop_probability=drop), Dense(2, row.last or "identity")]
    spec = Spec(3, layers, loss)
    data = Data.from_arrays(x, y, validation_size=10)
    training = Training(
        **{"optimizer": "sgd", "learning_rate": 0.05, "epochs": 12, "batch_size": 9, **settings}
    )
    network = Network.start(spec, seed=0)
    with RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
    return path


@pytest.mark.parametrize(("activation", "loss", "settings"), list(cases()))
def test_it_is_examined_and_explained(activation, loss, settings, tmp_path):
    path = trained(tmp_path / "r.chainrule", activation, loss, settings)
    with RunFile(path) as run:
        assert diagnose(run).cause in ("healthy", "settings")
        assert len(run.history()) > 9
        part = run.data().fitted(run.spec).train
        batch = Batches(part, run.training)(7)
        made = record(run.spec, run.training, run.state(6), batch, epoch=1)
        assert len(whole_step(Trace(made), "a step").chapters) > 5


@pytest.mark.parametrize(
    ("settings", "drop", "said"),
    [
        ({"schedule": "warm_up(steps=5, then=exponential)", "decay": 0.1, "l1": 0.01}, 0, ""),
        ({"class_weight": "balanced", "optimizer": "adamw"}, 0, ""),
        ({"clip_norm": 0.1}, 0, "Clipping"),
        ({"schedule": "on_plateau"}, 0, "stands still"),
        ({}, 0.2, "Dropout"),
    ],
)
def test_starts_are_trained_together_or_one_by_one_with_a_sentence(settings, drop, said, tmp_path):
    """On NumPy; the native engine has a lane for every start, and asks for one rate alone."""
    how = {**settings, "engine": "reference"}
    path = trained(tmp_path / "r.chainrule", "tanh", "softmax_cross_entropy", how, drop=drop)
    with RunFile(path) as run:
        train = run.data().train
        reason = alone(run.spec, run.training, train)
        fast = replace(run.training, engine="auto")
        if choose(run.spec, fast) is not reference:
            assert (alone(run.spec, fast, train) is None) is (said != "stands still")
    assert (said in reason) if said else reason is None
    diagnosis = why_stuck(path, starts=3)
    assert diagnosis.starts[1] == 3
    assert any(said in note for note in diagnosis.notes) or not said


def test_a_look_at_few_rows_of_a_large_batch_keeps_weights_of_classes():
    y = np.arange(40) % 2
    data = Data.from_arrays(np.zeros((40, 3)), y)
    spec = Spec.chain([3, 2], loss="softmax_cross_entropy")
    training = Training(steps=1, class_weight=(1, 3))
    few = _own_rows(spec, training, 1, data.train, 7)
    assert few.class_weight.tolist() == np.where(y[few.rows] == 1, 3, 1).tolist()


def test_early_states_are_the_runs_own_after_falls_of_the_rate(tmp_path):
    path = trained(tmp_path / "r.chainrule", "tanh", "softmax_cross_entropy", {
        "schedule": "on_plateau(patience=1)", "learning_rate": 20.0, "batch_size": None,
        "epochs": 60,
    })  # fmt: skip
    with RunFile(path) as run:
        assert falls_of(run.state())[0] < 10
        chart = chart_of_run(run)
        assert any(10 <= look.step < 60 for look in chart.looks)
        for look in chart.looks:
            assert same_bits(look.rows.before.params, run.state(look.step).params)
