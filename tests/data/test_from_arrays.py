"""Arrays of one's own: the task found in them, the parts cut, and all that can be wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from chainrule import Data, Model, Network, Spec, Training, fit
from chainrule.data.parts import InMemory
from chainrule.data.splits import split
from tests.helpers import refused, same_bits

X = np.arange(12.0).reshape(6, 2)


def block(part):
    return part.block(0, part.n)


# ------------------------------------------------------------------------------------ the task


@pytest.mark.parametrize(
    ("y", "classes", "index"),
    [
        (["b", "a", "b", "c", "a", "a"], ("a", "b", "c"), [1, 0, 1, 2, 0, 0]),
        ([True, False, True, True, False, False], (False, True), [1, 0, 1, 1, 0, 0]),
        ([5, -3, 5, 5, -3, -3], (-3, 5), [1, 0, 1, 1, 0, 0]),
        (np.array([2, 9, 4, 2, 2, 9], dtype=np.uint8), (2, 4, 9), [0, 2, 1, 0, 0, 2]),
        (np.array(["b", "a"] * 3, dtype=object), ("a", "b"), [1, 0] * 3),
        (np.array([3, 1] * 3, dtype=object), (1, 3), [1, 0] * 3),
        (np.array([True, False] * 3, dtype=object), (False, True), [1, 0] * 3),
        ([["b"], ["a"], ["b"], ["b"], ["a"], ["a"]], ("a", "b"), [1, 0, 1, 1, 0, 0]),  # a column
        (np.array([[1], [0]] * 3), (0, 1), [1, 0] * 3),
    ],
)
def test_text_truth_and_whole_numbers_are_classes(y, classes, index):
    data = Data.from_arrays(X, y)
    assert data.task == "classes"
    assert data.preparation.target.classes == classes
    assert [type(c) for c in data.preparation.target.classes] == [type(c) for c in classes]
    assert block(data.train)[1].tolist() == index
    assert block(data.train)[1].dtype == np.int64
    assert data.outputs == (1 if len(classes) == 2 else len(classes))


@pytest.mark.parametrize(
    "y",
    [
        [0.5, 1.0, 2.0, 3.0, 4.0, 5.0],
        np.arange(6, dtype=np.float32),
        np.array([0.5, 1, 2, 3, 4, 5], dtype=object),
        np.arange(12).reshape(6, 2),  # two columns of whole numbers
        np.eye(6),
    ],
)
def test_the_rest_are_numbers(y):
    data = Data.from_arrays(X, y)
    wanted = np.array(y, dtype=np.float64).reshape(6, -1)
    assert data.task == "numbers"
    assert same_bits(block(data.train)[1], wanted)
    assert data.outputs == wanted.shape[1]
    assert data.preparation.target.names == tuple(f"y{k + 1}" for k in range(data.outputs))


def test_the_task_can_be_told():
    numbers = Data.from_arrays(X, [0, 1, 2, 0, 1, 2], task="numbers")
    assert (numbers.task, block(numbers.train)[1].shape) == ("numbers", (6, 1))
    classes = Data.from_arrays(X, [0.5, 1.5, 0.5, 0.5, 1.5, 1.5], task="classes")
    assert classes.preparation.target.classes == (0.5, 1.5)


def test_names_of_columns_and_classes():
    data = Data.from_arrays(X, [1, 0] * 3, names=["width", "height"], classes=["no", "yes"])
    assert [column.name for column in data.preparation.columns] == ["width", "height"]
    assert data.preparation.target.classes == ("no", "yes")
    assert block(data.train)[1].tolist() == [1, 0] * 3
    assert [c.name for c in Data.from_arrays(X, [1, 0] * 3).preparation.columns] == ["x1", "x2"]


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (["no", "yes", "no"] * 20, ("no", "yes")),
        ([7, 3, 5] * 20, (3, 5, 7)),
        ([True, False, False] * 20, (False, True)),
    ],
)
def test_classes_come_back_out_of_a_model(tmp_path, y, classes):
    x = np.eye(3)[np.arange(60) % 3]
    data = Data.from_arrays(x, y)
    spec = Spec.chain([3, 4, data.outputs], "tanh", last="sigmoid")
    training = Training(optimizer="adam", learning_rate=0.05, epochs=200)
    model = fit(Network.start(spec, seed=0), data, training).model
    for each in (model, Model.load(model.save(tmp_path / "model.safetensors"))):
        answers = each.predict(x)
        assert answers["prediction"].tolist() == y
        assert list(answers) == ["prediction", *(f"p({c})" for c in classes)]
        if len(classes) == 2:
            total = answers[f"p({classes[0]})"] + answers[f"p({classes[1]})"]
            assert total == pytest.approx(1, rel=1e-15)


# ------------------------------------------------------------------------------------- the parts


def test_parts_are_cut_as_splits_say(rng):
    x, y, weight = rng.normal(size=(50, 3)), rng.normal(size=(50, 2)), rng.random(50)
    data = Data.from_arrays(x, y, weight, test_size=0.2, validation_size=7, seed=4)
    rows = split(50, test_size=0.2, validation_size=7, seed=4)
    assert list(data.parts) == ["train", "validation", "test"]
    for name, part in data.parts.items():
        for found, whole in zip(block(part), (x, y, weight), strict=True):
            assert same_bits(found, whole[getattr(rows, name)])
    assert list(Data.from_arrays(x, y, test_size=0.2).parts) == ["train", "test"]
    assert list(Data.from_arrays(x, y, validation_size=0.2).parts) == ["train", "validation"]


def test_a_part_is_cut_anew(rng):
    x, y, weight = rng.normal(size=(50, 3)), rng.normal(size=(50, 2)), rng.random(50)
    data = Data.from_arrays(x, y, weight, test_size=10, seed=1)
    kept = data.cut(test_size=None, validation_size=0.25, seed=2)
    assert [part.n for part in kept.parts.values()] == [30, 10, 10]
    assert all(map(same_bits, block(kept.test), block(data.test)))
    rows = split(40, test_size=0, validation_size=0.25, seed=2)
    for name in ("train", "validation"):
        wanted = [array[getattr(rows, name)] for array in block(data.train)]
        assert all(map(same_bits, block(kept.parts[name]), wanted))
    assert list(data.cut(test_size=0, validation_size=0, seed=2).parts) == ["train"]
    again = kept.cut(test_size=None, validation_size=0, seed=2)
    assert [part.n for part in again.parts.values()] == [30, 10, 10]
    assert data.cut(test_size=4, validation_size=0, seed=2).test.n == 4


def test_what_was_standardised_is_not_cut_anew(rng):
    """The rows cut off would have had their say in the means."""
    data = Data.from_arrays(rng.normal(size=(50, 3)), rng.normal(size=50), standardise=True)
    with refused("Data.cut", "standardised"):
        data.cut(test_size=0.2, validation_size=0, seed=1)


def test_the_callers_arrays_stay_the_callers():
    x, y, weight = X.copy(), np.arange(6.0), np.ones(6)
    before = Data.from_arrays(x, y, weight).fingerprint
    data = Data.from_arrays(x, y, weight)
    x[:], y[:], weight[:] = 99, 99, 99
    assert data.fingerprint == before
    with pytest.raises(ValueError, match="read-only"):
        block(data.train)[0][:] = 0


def test_a_part_made_of_the_callers_arrays_locks_only_its_own_view():
    x, y = X.copy(), np.arange(6.0)[:, None]
    part = InMemory(x, y)
    x[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        part.x[0, 0] = 6


def test_the_fingerprint_sees_shapes_and_kinds():
    y = np.arange(6)
    parts = [(X, y), (X, y[:, None]), (X, y.view(np.float64)), (X.view(np.int64), y)]
    assert len({Data(InMemory(*part)).fingerprint for part in parts}) == 4


def test_the_fingerprint_sees_every_number(rng):
    x, y, w = rng.normal(size=(20, 2)), rng.normal(size=(20, 1)), rng.random(20)
    data = Data.from_arrays(x, y, w, test_size=5)
    seen = {data.fingerprint}
    for array in (x, y, w):
        changed = [a.copy() for a in (x, y, w)]
        k = [id(a) for a in (x, y, w)].index(id(array))
        changed[k][11] = np.nextafter(changed[k][11], 9)
        seen.add(Data.from_arrays(*changed, test_size=5).fingerprint)
    seen.add(Data.from_arrays(x, y, test_size=5).fingerprint)
    seen.add(Data.from_arrays(x, y, w, test_size=6).fingerprint)
    seen.add(Data.from_arrays(x, y, w, validation_size=5).fingerprint)
    seen.add(Data.from_arrays(x, y, w, test_size=5, seed=1).fingerprint)
    assert len(seen) == 8
    assert Data.from_arrays(x, y, w, test_size=5).fingerprint == data.fingerprint


def test_other_kinds_of_tables_are_taken():
    wanted = Data.from_arrays(X, [0.5] * 6).fingerprint
    for x in (X.tolist(), X.astype(int), X.astype(np.float32), X.T.copy().T, X[::-1][::-1]):
        assert Data.from_arrays(x, [0.5] * 6).fingerprint == wanted
    assert Data.from_arrays([["0", "1"], ["2", "3"]], [0.5, 1.5]).inputs == 2  # numbers, as text


# ---------------------------------------------------------------------------- what can be wrong

NAN, INF = float("nan"), float("inf")


def changed(value, row=4, column=1):
    x = X.copy()
    x[row, column] = value
    return x


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (changed(NAN), ["nan in row 4, column 1"]),
        (changed(INF), ["inf in row 4, column 1"]),
        (changed(-INF, 0, 0), ["-inf in row 0, column 0"]),
        ([[None, 1]] * 6, ["in row 0, column 0"]),
        ([[1, 2], [3]] + [[1, 2]] * 4, ["x", "same length"]),
        ([["1", "red"]] + [["1", "2"]] * 5, ["x", "red"]),
        ([[1, "red"]] * 6, ["x", "red"]),
        ([[1, object()]] * 6, ["x", "object"]),
        ([[1, {}]] * 6, ["x"]),
        (X + 1j, ["x", "complex"]),
        ([[datetime.date(2026, 1, 1)] * 2] * 6, ["x"]),
        (np.full((6, 2), "2026-01-01", dtype="M8[D]"), ["x", "datetime"]),
        (X[:, 0], ["(6,)"]),
        (X[None], ["(1, 6, 2)"]),
        (X.reshape(6, 2, 1), ["(6, 2, 1)"]),
        (X[:, :0], ["(6, 0)"]),
        (X[:0], ["(0, 2)"]),
        ([], ["(0,)"]),
        (5.0, ["()"]),
        (None, ["x"]),
        ("text", ["x"]),
        (X[:5], ["(5, ...)", "(6,)"]),
    ],
)
def test_inputs_that_cannot_be_used(x, words):
    with refused("Data.from_arrays", *words):
        Data.from_arrays(x, np.arange(6.0))


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([0.5, 1, NAN, 3, 4, 5], ["finite numbers in y", "nan in row 2"]),
        ([[0.5, 1], [1, -INF]] * 3, ["finite numbers in y", "-inf in row 1, column 1"]),
        (["a", "b"], ["(6, ...)", "(2,)"]),
        ([], ["(0,)"]),
        (1.0, ["()"]),
        (None, ["()"]),
        ([[1.0], [1.0, 2.0]] * 3, ["y", "same length"]),
        (np.ones((6, 2, 2)), ["(6, 2, 2)"]),
        (np.ones((6, 0)), ["(6, 0)"]),
        (np.ones(6) * 1j, ["y", "complex"]),
        ([["a", "b"]] * 6, ["y"]),
        (np.array(["a", 1] * 3, dtype=object), ["y", "1 in row 1"]),
        (np.array([None, "a"] * 3, dtype=object), ["y", "None in row 0"]),
        (np.array(["a", NAN] * 3, dtype=object), ["y", "nan in row 1"]),
        (np.array([Decimal(1), Decimal(2)] * 3), ["y", "Decimal"]),
        (np.array([10**30, 1] * 3), ["y"]),
        (np.array([b"a", b"b"] * 3), ["y", "b'a'"]),
        (np.full(6, "2026-01-01", dtype="M8[D]"), ["y", "datetime"]),
        (["a"] * 6, ["two classes", "'a'"]),
        ([3] * 6, ["two classes", "3"]),
    ],
)
def test_answers_that_cannot_be_used(y, words):
    with refused("Data.from_arrays", *words):
        Data.from_arrays(X, y)


def test_a_single_number_as_an_answer_is_no_mistake():
    assert Data.from_arrays(X, [0.5] * 6).task == "numbers"
    assert Data.from_arrays(X, [3] * 6, task="numbers").task == "numbers"


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.eye(6)[:, :3], ["One-hot", "argmax"]),
        (np.eye(6, dtype=int), ["One-hot", "argmax"]),
        ([0.5, NAN, 1.5, 0.5, 0.5, 0.5], ["nan in row 1"]),
        ([0.5, 1.5, INF, 0.5, 0.5, 0.5], ["inf in row 2"]),
    ],
)
def test_classes_that_cannot_be_used(y, words):
    with refused("Data.from_arrays", *words):
        Data.from_arrays(X, y, task="classes")


def test_text_is_no_number():
    with refused("numbers in y", "red", 'task="classes"'):
        Data.from_arrays(X, ["red", "blue"] * 3, task="numbers")


@pytest.mark.parametrize("task", ["class", "", 5, True])
def test_unknown_tasks(task):
    with refused("task", repr(task)):
        Data.from_arrays(X, [1, 2] * 3, task=task)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([1, 1, 1], ["(6,)", "(3,)"]),
        (np.ones((6, 1)), ["(6,)", "(6, 1)"]),
        ([1, 1, -0.5, 1, 1, 1], ["-0.5 in row 2"]),
        ([1, NAN, 1, 1, 1, 1], ["nan in row 1"]),
        ([1, 1, 1, INF, 1, 1], ["inf in row 3"]),
        ([0] * 6, ["not all 0"]),
        (["a"] * 6, ["weight", "a"]),
        (np.ones(6) * 1j, ["weight", "complex"]),
        ([[1], [1, 2]] * 3, ["weight"]),
        (2.0, ["(6,)", "()"]),
    ],
)
def test_weights_that_cannot_be_used(weight, words):
    with refused("Data.from_arrays", *words):
        Data.from_arrays(X, np.arange(6.0), weight)


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], ["a", 2], [None, "b"]])
def test_names_that_do_not_fit(names):
    with refused("name", "2" if None not in names else "None"):
        Data.from_arrays(X, np.arange(6.0), names=names)


@pytest.mark.parametrize("classes", [["a"], ["a", "b", "c"], ["a", "a"], [object(), "b"]])
def test_names_of_classes_that_do_not_fit(classes):
    with refused("classes"):
        Data.from_arrays(X, [1, 2] * 3, classes=classes)


@pytest.mark.parametrize(
    "sizes",
    [
        {"test_size": -1}, {"test_size": 7}, {"test_size": 6}, {"test_size": NAN},
        {"validation_size": -0.1}, {"validation_size": 6}, {"test_size": 3, "validation_size": 3},
        {"test_size": "half"}, {"test_size": None},
    ],
)  # fmt: skip
def test_sizes_out_of_range(sizes):
    with refused("split"):
        Data.from_arrays(X, np.arange(6.0), **sizes)


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_the_seed_is_checked(seed):
    with refused("seed"):
        Data.from_arrays(X, np.arange(6.0), test_size=2, seed=seed)


def test_numbers_too_large_to_be_standardised():
    with refused("standardise", "x2"):
        Data.from_arrays(changed(1e200), np.arange(6.0), standardise=True)
    assert Data.from_arrays(changed(1e200), np.arange(6.0)).inputs == 2


# ------------------------------------------------------------------------------- for a network


def fitted(y, spec, x=X, **how):
    return Data.from_arrays(x, y, **how).fitted(spec)


def spec(outputs, loss="half_squared", last="identity", inputs=2, **how):
    return Spec.chain([inputs, 3, outputs], "tanh", last=last, loss=loss, **how)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_network_gets_its_own_kind_of_numbers(dtype):
    data = fitted(np.arange(6.0), spec(1, dtype=dtype), weight=np.ones(6), test_size=2)
    for part in data.parts.values():
        for array in block(part):
            assert array.dtype == dtype
            assert array.flags.c_contiguous
            assert not array.flags.writeable
    assert data.test.n == 2


def test_two_classes_are_one_column():
    for loss, last in [("half_squared", "tanh"), ("binary_cross_entropy", "sigmoid")]:
        y = block(fitted(["b", "a", "b"] * 2, spec(1, loss, last)).train)[1]
        assert same_bits(y, np.array([[1.0], [0], [1]] * 2))


@pytest.mark.parametrize("outputs", [2, 3, 5])
def test_classes_in_columns(outputs):
    classes = [*range(outputs), 0, 1, 0, 1][:6]
    y = block(fitted(classes, spec(outputs)).train)[1]
    assert same_bits(y, np.eye(outputs)[classes])


@pytest.mark.parametrize("outputs", [2, 3])
def test_labels(outputs):
    classes = [*range(outputs), 0, 1, 0, 1][:6]
    y = block(fitted(classes, spec(outputs, "softmax_cross_entropy", None)).train)[1]
    assert same_bits(y, np.array(classes))


@pytest.mark.parametrize(
    ("y", "network", "words"),
    [
        ([0, 1, 2] * 2, spec(1), ["classes 0 to 1", "classes 0 to 2"]),
        ([0, 1, 2] * 2, spec(2), ["classes 0 to 1", "2 outputs"]),
        ([0, 1, 2] * 2, spec(2, "softmax_cross_entropy", None), ["classes 0 to 1"]),
        ([0, 1] * 3, spec(1, "softmax_cross_entropy", None), ["binary_cross_entropy"]),
        (np.arange(6.0), spec(2), ["answers with 2 columns", "(6, 1)"]),
        (np.arange(12.0).reshape(6, 2), spec(1), ["answers with 1 columns", "(6, 2)"]),
        (np.arange(6.0), spec(2, "softmax_cross_entropy", None), ["classes as answers"]),
        ([0, 1] * 3, spec(1, inputs=3), ["3 columns", "2 columns"]),
        ([0, 1] * 3, spec(3), ["2 classes for 3 outputs"]),  # what would the third one mean?
        ([0, 1] * 3, spec(3, "softmax_cross_entropy", None), ["2 classes for 3 outputs"]),
    ],
)
def test_data_that_do_not_fit_the_network(y, network, words):
    with refused("network", *words):
        fitted(y, network)


def test_numbers_that_are_too_large_for_the_network():
    with refused("float32", "1e+39"):
        fitted(np.arange(6.0), spec(1, dtype="float32"), x=changed(1e39))
    with refused("float32", "-1e+39"):
        fitted([0.5, 1, 2, 3, 4, -1e39], spec(1, dtype="float32"))
    fitted(np.arange(6.0), spec(1), x=changed(1e39))


@pytest.mark.parametrize(
    ("part", "sizes"), [("test", {"test_size": 2}), ("validation", {"validation_size": 2})]
)
def test_a_part_without_weight(part, sizes):
    weight = np.ones(6)
    rows = split(6, **{"test_size": 0, "validation_size": 0, **sizes}, seed=0)
    weight[getattr(rows, part)] = 0
    with refused(f"{part} part", "weight"):
        fitted(np.arange(6.0), spec(1), weight=weight, **sizes)
