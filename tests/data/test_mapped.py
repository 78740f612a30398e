"""Arrays in files, taken as arrays in memory are: the same bits, in bounded memory."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.core import random
from chainrule.data import files, fitting, mapped, own, splits, store
from chainrule.data.in_memory import InMemory
from chainrule.data.mapped import Mapped
from chainrule.data.streamed import Streamed
from chainrule.engine import batches
from chainrule.engine.choice import why_not_native
from chainrule.engine.protocol import rows_of
from chainrule.training import run_contents

ENGINE = Path(__file__).parents[2] / "benchmarks" / "engine"
RNG = np.random.default_rng(7)
N = 1500
X = RNG.normal(size=(N, 6)) * 3
ANSWERS = {
    "truth values": X[:, 0] > 0,
    "labels": RNG.integers(0, 3, N).astype(np.uint8),
    "classes that are not 0, 1, 2": RNG.choice([-4, 7, 900], (N, 1)),
    "text": RNG.choice(["no", "yes", "perhaps"], N),
    "a column": np.sin(X[:, 0]).astype(np.float32),
    "two columns": X[:, :2] * 2,
}
SPLITS = ({}, {"test_size": 0.2, "validation_size": 0.1, "seed": 5}, {"validation_size": 1})
KINDS = ("float64", "float32", "float16", "int16", "int64", "uint8", "bool")


@pytest.fixture
def small(monkeypatch):
    """Even small files are mapped, and looked at in many blocks."""
    monkeypatch.setattr(mapped, "LARGE", 0)
    monkeypatch.setattr(mapped, "AT_ONCE", 1000)
    monkeypatch.setattr(mapped, "FORGET", 5000)
    monkeypatch.setattr(splits, "AT_ONCE", 333)
    monkeypatch.setattr(splits, "PIECE", 64)


@pytest.fixture
def on_disk(tmp_path):
    def saved(array, mode="r"):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.npy"
        np.save(path, array)
        return np.load(path, mmap_mode=mode)

    return saved


def same_part(ours, theirs):
    """All rows, and some in no order."""
    assert ours.n == theirs.n
    some = RNG.permutation(ours.n)[:50]
    for one, other in zip(
        (*ours.block(0, ours.n), *rows_of(ours, some)),
        (*theirs.block(0, theirs.n), *rows_of(theirs, some)),
        strict=True,
    ):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            assert one.flags.c_contiguous
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("answers", ANSWERS)
def test_a_file_is_taken_as_the_same_rows_in_memory(answers, small, on_disk):
    y = ANSWERS[answers]
    weight = RNG.integers(0, 3, N).astype(np.float32)
    for k, kind in enumerate(KINDS):
        x, how = X.astype(kind), SPLITS[k % 3]
        heavy = (None, weight)[k % 2]
        files = (on_disk(x), (y, on_disk(y))[k != 1], None if heavy is None else on_disk(heavy))
        ours, theirs = cr.Data.from_arrays(*files, **how), cr.Data.from_arrays(x, y, heavy, **how)
        assert isinstance(ours.train, Mapped)
        assert ours.preparation == theirs.preparation
        assert ours.fingerprint == theirs.fingerprint
        assert list(ours.parts) == list(theirs.parts)
        last = "sigmoid" if ours.task == "classes" else "identity"
        spec = cr.Spec.chain([6, ours.outputs], last=last, loss="squared",
                             dtype=("float32", "float64")[k % 2])  # fmt: skip
        for data in ((ours, theirs), (ours.fitted(spec), theirs.fitted(spec))):
            for name in ours.parts:
                same_part(data[0].parts[name], data[1].parts[name])


def test_a_part_is_cut_again_as_in_memory(small, on_disk):
    cut = {"test_size": None, "validation_size": 0.3, "seed": 2}
    made = [
        cr.Data.from_arrays(x, ANSWERS["labels"], test_size=0.2).cut(**cut) for x in (on_disk(X), X)
    ]
    assert made[0].fingerprint == made[1].fingerprint


def test_standardised_as_in_memory_within_rounding(small, on_disk):
    ours, theirs = (
        cr.Data.from_arrays(x, ANSWERS["labels"], standardise=True, test_size=0.2)
        for x in (on_disk(X), X)
    )
    for one, other in zip(ours.preparation.columns, theirs.preparation.columns, strict=True):
        # sums of N numbers of about 3, added in another order: N ε of their mean size
        assert abs(one.mean - other.mean) < 3 * N * np.finfo(float).eps * 3
        assert abs(one.scale - other.scale) < 3 * N * np.finfo(float).eps * 3
    np.testing.assert_array_equal(ours.test.block(0, 9)[0], ours.preparation.x(X)[splits.split(
        N, test_size=0.2, validation_size=0, seed=0).test[:9]])  # fmt: skip


@pytest.mark.parametrize("sizes", [(0, 0), (0.2, 0.1), (1, 0), (0, 999), (3, 996)])
def test_parts_as_bits_are_the_parts(sizes, small):
    for n in (1000, 4096):
        how = {"test_size": sizes[0], "validation_size": sizes[1], "seed": n}
        rows, masks = splits.split(n, **how), splits.chosen(n, **how)
        for numbers, mask in zip(rows, masks, strict=True):
            np.testing.assert_array_equal(np.flatnonzero(mask), numbers)


@pytest.mark.parametrize("whole", [0, 2**20])
def test_rows_of_a_part_are_found(whole, small, monkeypatch):
    monkeypatch.setattr(splits.random, "WHOLE", whole)
    mask = RNG.random(5000) < 0.3
    mask[1000:2000] = False  # whole pieces without any
    chosen, numbers = splits.Chosen(mask), np.flatnonzero(mask)
    assert len(chosen) == len(numbers)
    np.testing.assert_array_equal(chosen.mask(), mask)
    for rows in (slice(0, len(numbers)), slice(60, 70), RNG.permutation(len(numbers)), [5], []):
        rows = rows if isinstance(rows, slice) else np.array(rows, dtype=int)
        np.testing.assert_array_equal(chosen[rows], numbers[rows])


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("at_once", [0, 3000, 2**21])
def test_a_run_has_the_same_bits(engine, at_once, small, on_disk, monkeypatch):
    """However many batches are read together: one, some, all that there are."""
    if engine == "native" and why_not_native():
        pytest.skip(f"no native engine to try: {why_not_native()}")
    monkeypatch.setattr(batches, "AT_ONCE", at_once)
    spec = cr.Spec.chain([6, 5, 3], "tanh", loss="softmax_cross_entropy", dtype="float32")
    for shuffle, weight, steps in ((True, None, 70), (False, np.arange(N) % 3, 41)):
        training = cr.Training(
            steps=steps, batch_size=64, learning_rate=0.1, shuffle=shuffle, engine=engine
        )
        runs = []
        for x in (on_disk(X.astype("float32")), X.astype("float32")):
            data = cr.Data.from_arrays(x, ANSWERS["labels"], weight, test_size=0.2)
            runs.append(cr.fit(cr.Network.start(spec, seed=1), data, training))
        ours, theirs = (run.model.network.params for run in runs)
        for name in ours:
            np.testing.assert_array_equal(ours[name], theirs[name])
        assert [p[:7] for p in runs[0].history.points] == [p[:7] for p in runs[1].history.points]


def test_files_of_any_kind(small, on_disk):
    """Columns of a file, one in Fortran's order, ones that may be written to."""
    held = cr.Data.from_arrays(X[:, ::2], ANSWERS["labels"])
    copy = on_disk(X, "c")
    copy[0, 0] = 5.0  # in no file: it must not be forgotten
    for x in (on_disk(X)[:, ::2], on_disk(np.asfortranarray(X[:, ::2])), on_disk(X, "r+")[:, ::2],
              np.asarray(on_disk(X))[:, ::2]):  # fmt: skip
        data = cr.Data.from_arrays(x, on_disk(ANSWERS["labels"]))
        assert isinstance(data.train, Mapped)
        assert data.fingerprint == held.fingerprint
    data = cr.Data.from_arrays(copy, ANSWERS["labels"])
    assert data.fingerprint == data.fingerprint
    assert data.train.block(0, 1)[0][0, 0] == copy[0, 0] == 5.0


def with_one(array, place, value):
    array = array.copy()
    array[place] = value
    return array


Y = ANSWERS["a column"]
WRONG = {
    "nan": (with_one(X, (1200, 3), np.nan), Y, None, {}),
    "inf in y": (X, with_one(Y, 777, np.inf), None, {}),
    "rows": (X, Y[:-1], None, {}),
    "one class": (X, np.ones(N, int), None, {}),
    "no column of classes": (X, ANSWERS["two columns"], None, {"task": "classes"}),
    "task": (X, Y, None, {"task": "guess"}),
    "weight below 0": (X, Y, with_one(np.ones(N), 900, -1.0), {}),
    "weights of 0": (X, Y, np.zeros(N), {}),
    "weights of other rows": (X, Y, np.ones(3), {}),
    "names": (X, Y, None, {"names": ["a"]}),
    "sizes": (X, Y, None, {"test_size": N}),
    "constant beyond squares": (X * 1e200, Y, None, {"standardise": True}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_in_the_same_words(wrong, small, on_disk):
    x, y, weight, how = WRONG[wrong]
    said = []
    for take in (on_disk, np.array):
        with pytest.raises(cr.UsageError) as error:
            cr.Data.from_arrays(take(x), take(y), None if weight is None else take(weight), **how)
        said.append(str(error.value))
    assert said[0] == said[1]


def test_too_many_classes_and_too_large_for_the_network(small, on_disk, monkeypatch):
    monkeypatch.setattr(mapped, "MOST_CLASSES", 100)
    with pytest.raises(cr.UsageError, match="Are they numbers"):
        cr.Data.from_arrays(on_disk(X), on_disk(np.arange(N)))
    data = cr.Data.from_arrays(on_disk(with_one(X, (1400, 2), 1e300)), on_disk(Y))
    spec = cr.Spec.chain([6, 1], dtype="float32")
    with pytest.raises(cr.UsageError, match="float32 has room for"):
        cr.fit(cr.Network.start(spec, seed=0), data, cr.Training(steps=1, batch_size=1))
    wide = cr.Data.from_arrays(on_disk(X), on_disk(with_one(Y, 1400, 1.5)))
    with pytest.raises(cr.UsageError, match="answers from 0 to 1"):
        wide.fitted(cr.Spec.chain([6, 1], last="sigmoid", loss="binary_cross_entropy"))


def test_small_files_are_read_and_held(on_disk):
    assert isinstance(cr.Data.from_arrays(on_disk(X), Y).train, InMemory)
    assert X.nbytes < store.LARGE == mapped.LARGE


def test_a_run_finds_its_files_again(small, on_disk, tmp_path, monkeypatch):
    """A run file holds no copy of large data, and goes on without being handed them."""
    monkeypatch.setattr(run_contents, "HELD_DATA", 0)
    x, y = on_disk(X), on_disk(ANSWERS["text"])
    how = {"standardise": True, "classes": ["a", "b", "c"], "validation_size": 0.1}
    data = cr.Data.from_arrays(x, y, **how)
    spec = cr.Spec.chain([6, 3], loss="softmax_cross_entropy")
    network = cr.Network.start(spec, seed=0)
    whole = cr.fit(network, data, cr.Training(steps=9, batch_size=16)).model.network.params
    path = tmp_path / "a.chainrule"
    with cr.RunWriter.create(path, network, data, cr.Training(steps=5, batch_size=16)) as run:
        assert not run.holds_data
        cr.fit(network, data, cr.Training(steps=5, batch_size=16), run=run)
    again = cr.resume(path, steps=9)
    for name, array in whole.items():
        np.testing.assert_array_equal(again.model.network.params[name], array)
    Path(x.filename).rename(tmp_path / "elsewhere.npy")
    with pytest.raises(cr.UsageError, match="Put it back there"):
        cr.resume(path, steps=12)
    for odd in (x, x[:-1], x[::-1], np.asarray(x)):  # no such file, or not all of it
        assert cr.Data.from_arrays(odd, y[: len(odd)]).read_from is None


@pytest.mark.parametrize("kind", ["float32", "int16", "uint8"])
def test_a_table_in_a_npy_file_is_taken_as_one_in_memory(kind, tmp_path, monkeypatch):
    """With few rows, and with so many that a part's rows are bits; all in many blocks."""
    np.save(tmp_path / "t.npy", np.c_[X * 30, ANSWERS["labels"]].astype(kind))
    spec = cr.Spec.chain([6, 3], loss="softmax_cross_entropy")
    found = []
    for large, whole, held in (
        (2**26, 2**20, 2**28),
        (0, 2**20, 2**28),
        (0, 100, 2**28),
        (0, 9, 0),
    ):
        monkeypatch.setattr(files, "LARGE", large)
        monkeypatch.setattr(random, "WHOLE", whole)
        monkeypatch.setattr(own, "HELD", held)
        data = cr.Data.from_file(tmp_path / "t.npy", test_size=0.2, validation_size=0.1)
        found.append((data.preparation, [
            np.concatenate([part.block(0, part.n)[0], part.block(0, part.n)[1][:, None]], axis=1)
            for part in data.fitted(spec).parts.values()
        ]))  # fmt: skip
    assert isinstance(data.train, Streamed)
    for preparation, parts in found[1:]:
        assert preparation == found[0][0]
        for ours, theirs in zip(parts, found[0][1], strict=True):
            np.testing.assert_array_equal(ours, theirs)


# ------------------------------------------------------------------------------------ in memory


def test_arrays_are_copied_once_and_never_again():
    x, y = X.copy(), ANSWERS["labels"].astype(np.int64)
    data = cr.Data.from_arrays(x, y)
    spec = cr.Spec.chain([6, 3], loss="softmax_cross_entropy")
    before = data.train.block(0, N)
    fitted = data.fitted(spec).train.block(0, N)
    assert np.shares_memory(fitted[0], before[0])
    assert not np.shares_memory(before[0], x)
    x[:], y[:] = 0, 0
    np.testing.assert_array_equal(fitted[0], X)
    np.testing.assert_array_equal(before[1], ANSWERS["labels"])
    with pytest.raises(ValueError, match="WRITEABLE"):
        fitted[0].setflags(write=True)


def test_what_a_caller_can_still_write_into_is_copied():
    x = X.copy()
    data = cr.Data(InMemory(x, Y[:, None].astype(float)))
    fitted = data.fitted(cr.Spec.chain([6, 1])).train.block(0, N)
    x[:] = 0
    np.testing.assert_array_equal(fitted[0], X)


# -------------------------------------------------------------------------------------- memory


def test_training_from_files_holds_no_copy_of_them(monkeypatch):
    """2,200,000 rows: 76 MB of files and 141 MB once copied, with 64 MB allowed."""
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from Linux's /proc, which this system has not")
    monkeypatch.syspath_prepend(str(ENGINE))
    import memory

    found = {way: memory.measured(2_200_000, "auto", way) for way in ("fit", "cut", "held")}
    for module in ("memory", "contest", "machine"):
        sys.modules.pop(module, None)
    assert found["fit"]["megabytes"] < found["fit"]["allowed"]
    assert found["cut"]["megabytes"] < found["cut"]["allowed"]
    assert found["held"]["megabytes"] > 2 * found["held"]["allowed"]  # so a copy would be seen


def test_a_block_is_not_copied_where_it_is_right(small, on_disk):
    x = on_disk(X.astype("float32"))
    data = cr.Data.from_arrays(x, on_disk(Y))
    part = fitting.fitted("train", data.train, cr.Spec.chain([6, 1], dtype="float32"))
    assert np.shares_memory(part.block(100, 200)[0], x)
