"""Promises that a strict reader found broken once; each test failed then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chainrule import Data, Network, RunFile, RunWriter, Spec, Training, fit, resume
from chainrule.core.errors import ChainruleError
from chainrule.core.losses import binary_cross_entropy
from chainrule.data.problems import find
from chainrule.training.evaluation import metrics
from chainrule.training.stopping import history_spacing
from tests.helpers import refused
from tests.training.small import made, parts


def test_a_refused_writer_does_not_let_the_next_one_in(tmp_path):
    network, data, training = parts()
    path = tmp_path / "a.chainrule"
    with RunWriter.create(path, network, data, training):
        for _ in range(3):
            with pytest.raises(ChainruleError, match="only writer"):
                RunWriter.resume(path)
            with pytest.raises(ChainruleError, match="only writer"):
                RunWriter.create(path, network, data, training, force=True)
        (tmp_path / "link.chainrule").symlink_to(path)
        with pytest.raises(ChainruleError, match="only writer"):
            RunWriter.resume(tmp_path / "link.chainrule")


def test_a_problem_that_was_cut_is_made_again_without_its_data(tmp_path):
    problem = find("circles")
    data = problem.data().cut(test_size=0.1, validation_size=0.2, seed=0)
    training = replace(problem.training, epochs=20, patience=5, stop_below=None)
    network = Network.start(problem.spec, seed=0)
    path = tmp_path / "a.chainrule"
    with RunWriter.create(path, network, data, training, hold_data=False) as run:
        fit(network, data, replace(training), run=run)
    with RunFile(path) as run:
        assert run.data().fingerprint == data.fingerprint
    assert resume(path, epochs=40).ended.state.step > 0


@pytest.mark.parametrize("other", ["network", "training", "data"])
def test_a_run_file_tells_of_one_run(tmp_path, other):
    network, data, training = parts()
    with RunWriter.create(tmp_path / "a.chainrule", network, data, training) as run:
        if other == "network":
            spec = Spec.chain([network.spec.inputs, 9, network.spec.outputs], "tanh")
            network = Network.start(spec, seed=0)
        if other == "training":
            training = replace(training, learning_rate=3.0)
        if other == "data":
            data = Data.from_arrays(np.zeros((4, network.spec.inputs)), np.zeros((4, 1)))
        with refused(other):
            fit(network, data, training, run=run)


def test_a_writer_writes_one_run(tmp_path):
    network, data, training = parts()
    with RunWriter.create(tmp_path / "a.chainrule", network, data, training) as run:
        fit(network, data, training, run=run)
        with refused("second run"):
            fit(network, data, training, run=run)


def test_memory_that_overflows_is_not_finite():
    x = np.full((4, 1), 1e20)
    data = Data.from_arrays(x, x)
    spec = Spec.chain([1, 1], "identity", dtype="float32")
    network = Network(spec, {"0.W": [[0.5]], "0.b": [0.0]})
    with pytest.raises(ChainruleError, match="finite"):
        fit(network, data, Training("adam", learning_rate=1e-3, epochs=50))


def test_a_validation_loss_that_overflows_is_not_finite():
    x = np.array([[1.0], [1.0], [1.0], [1e200]])
    network = Network(Spec.chain([1, 1], "identity"), {"0.W": [[1.0]], "0.b": [0.0]})
    seed = next(
        s for s in range(50)
        if Data.from_arrays(x, x, validation_size=1, seed=s).validation.x[0, 0] == 1e200
    )  # fmt: skip
    data = Data.from_arrays(x, x + 1e190, validation_size=1, seed=seed)
    with pytest.raises(ChainruleError, match="finite"):
        fit(network, data, Training(learning_rate=1e-3, epochs=50, patience=3))


@pytest.mark.parametrize("z", [5.0, 12.0, 30.0, 34.0, 700.0])
def test_cross_entropy_is_the_same_from_both_sides(z):
    """l(z, 1) = l(−z, 0) = log(1 + exp −z), to the last digit."""
    column = np.array([[z]])
    right = np.log1p(np.exp(-z))
    for q, y in ((column, 1.0), (-column, 0.0)):
        found = binary_cross_entropy(q, np.array([[y]])).value
        assert found == pytest.approx(right, rel=4 * np.finfo(float).eps, abs=0)


@pytest.mark.parametrize("patience", [1, 3, 4, 20, 100])
@pytest.mark.parametrize("epochs", [10, 900, 1100, 20_000])
def test_patience_is_looked_at_four_times(patience, epochs):
    assert history_spacing(epochs, 1, patience) <= max(1, patience // 4)


def test_metrics_weigh_rows_as_the_loss_does():
    a, y = np.array([[0.9], [0.9], [0.2]]), np.array([[1.0], [0.0], [0.0]])
    weight = np.array([1.0, 0.0, 1.0])
    assert metrics("classes", a, y, weight) == {"accuracy": 1.0}
    alone = metrics("numbers", a[[0, 2]], y[[0, 2]])
    weighed = metrics("numbers", a, y, weight)
    assert weighed == pytest.approx(alone, rel=1e-15)


def test_a_half_is_answered_as_it_is_counted():
    x = np.array([[1.0], [2.0]])
    data = Data.from_arrays(x, [0, 1])
    network = Network(Spec.chain([1, 1], "sigmoid"), {"0.W": [[0.0]], "0.b": [0.0]})
    result = fit(network, data, Training(learning_rate=1e-300, epochs=1))
    right = (result.model.predict(x)["prediction"] == [0, 1]).mean()
    assert result.history.points[0].metrics["accuracy"] == right


def test_predict_refuses_what_is_not_finite(tmp_path):
    with RunFile(made(tmp_path / "a.chainrule")) as run:
        model = run.model()
    row = np.zeros((1, model.network.spec.inputs))
    row[0, 0] = np.nan
    with refused("predict", "row 0, column 0"):
        model.predict(row)


def test_endless_lengths_are_refused():
    for huge in (10**60, 10**400):
        with refused("epochs", "10^15"):
            Training(epochs=huge)


def test_data_of_the_same_bytes_in_other_shapes_differ():
    numbers = np.arange(9.0)
    one = Data.from_arrays(numbers[:6].reshape(3, 2), numbers[6:].reshape(3, 1) + 0.5)
    other = Data.from_arrays(numbers[:3].reshape(3, 1), (numbers[3:] + 0.5).reshape(3, 2))
    assert one.fingerprint != other.fingerprint


def test_the_callers_arrays_stay_writable():
    from chainrule.data.parts import InMemory

    x, y = np.zeros((2, 1)), np.zeros((2, 1))
    part = InMemory(x, y)
    x[0] = 1
    assert not part.x.flags.writeable


def test_standardised_columns_are_not_cut_again():
    rng = np.random.default_rng(0)
    data = Data.from_arrays(rng.normal(size=(20, 2)), rng.normal(size=20), standardise=True)
    with refused("Data.cut", "standardised"):
        data.cut(test_size=0.5, validation_size=0, seed=0)
