"""The known sets: real data, taken as files of one's own are."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from chainrule import Network, fit, suggest
from chainrule.cli.app import run
from chainrule.core.errors import UsageError
from chainrule.data import sets

OF_SKLEARN = [name for name in sets.SETS if name != "mnist"]


@pytest.mark.parametrize("name", OF_SKLEARN)
def test_a_set_is_what_its_row_says(name):
    row, data = sets.SETS[name], sets.load(name, seed=0)
    rows = sum(part.n for part in data.parts.values())
    raw = len(data.preparation.columns)
    assert (rows, raw, data.task) == (row.rows, row.inputs, row.task)


@pytest.mark.parametrize("name", OF_SKLEARN)
def test_inputs_are_standardised_by_the_training_part_alone(name):
    x, _, _ = (part := sets.load(name, seed=1).train).block(0, part.n)
    spread = x.std(axis=0)
    eps = np.finfo(float).eps
    assert np.abs(x.mean(axis=0)).max() <= len(x) * eps * np.abs(x).max()
    assert np.all((np.abs(spread - 1) <= len(x) * eps) | (spread == 0))


def test_a_set_is_learnt():
    data = sets.load("iris", seed=0)
    spec, training = suggest(data)
    result = fit(Network.start(spec, seed=0), data, training)
    x, y, _ = data.test.block(0, data.test.n)
    said = result.model.network.forward(x).argmax(axis=1)
    assert np.mean(said == y) > 0.85  # one guess in three is right by chance


def test_classes_have_their_names_and_the_seed_cuts_the_parts():
    one, again, other = (sets.load("wine", seed=seed) for seed in (0, 0, 1))
    assert one.preparation.target.classes == ("class_0", "class_1", "class_2")
    assert one.fingerprint == again.fingerprint != other.fingerprint


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(UsageError, match=r"scikit-learn.*chainrule\[sklearn\]"):
        sets.load("iris")


def test_mnist_is_read_from_the_cache_once_it_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv(sets.FOLDER, str(tmp_path))
    with pytest.raises(UsageError, match="fetch_mnist"):
        sets.load("mnist")
    draw = np.random.default_rng(0)
    sets.cache().mkdir()
    x, y = draw.uniform(size=(50, 784)), np.arange(50) % 10
    np.savez(sets.cache() / sets.MNIST, x=x, y=y)
    data = sets.load("mnist", seed=0)
    assert (data.inputs, data.outputs, data.train.n) == (784, 10, 40)


def test_an_unknown_set_is_told_with_the_nearest():
    with pytest.raises(UsageError, match="iris"):
        sets.load("irsi")


def test_a_set_that_is_written_has_its_own_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["data", "iris", "--output", "iris.csv", "--quiet"]) == 0
    written = np.genfromtxt("iris.csv", delimiter=",", skip_header=1, usecols=range(4))
    own = np.asarray(importlib.import_module("sklearn.datasets").load_iris().data)
    assert sorted(map(tuple, written.tolist())) == sorted(map(tuple, own.tolist()))


def test_mnist_can_be_had_without_a_clone_as_its_error_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    with pytest.raises(UsageError) as caught:
        sets.load("mnist")
    advice = caught.value.do
    assert "In a clone of chainrule's repository `python benchmarks/fetch_mnist.py`" in advice
    assert "np.savez(path, x=x, y=y), x (n, 784)" in advice
    path = Path(caught.value.got.removeprefix("no "))
    path.parent.mkdir(exist_ok=True)
    x, y = np.random.default_rng(0).random((40, 784)), np.arange(40) % 10
    np.savez(path, x=x, y=y)
    assert sets.load("mnist", seed=0).inputs == 784
