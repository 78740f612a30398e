"""From a table to data: targets, kinds, missing values, what is fitted on which rows."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from chainrule import Data, Model, Network, Spec, fit, resume, suggest
from chainrule.core.losses import LOSSES
from chainrule.data import own, roles, store, streamed
from chainrule.data.preparation import Column, Preparation, Target
from chainrule.data.sets import read_again
from chainrule.data.splits import split
from chainrule.data.streamed import Streamed
from chainrule.training.evaluation import evaluate
from chainrule.training.run_file import RunFile
from chainrule.training.run_writer import RunWriter
from tests.helpers import refused, same_bits

N = 60
COLOURS = np.array(["red", "green", "blue"])


@pytest.fixture
def frame(rng):
    """A column of every kind, and a target that they tell."""
    width, colour = rng.normal(5, 2, N), COLOURS[rng.integers(0, 3, N)]
    return {
        "id": np.arange(1, N + 1), "width": width, "colour": colour,
        "when": np.array(["2024-01-02", "2024-03-04"] * (N // 2)), "same": np.full(N, 7.0),
        "note": np.array([f"note {k}" for k in range(N)]),
        "kind": np.where(width + (colour == "red") > 5.3, "wide", "narrow"),
    }  # fmt: skip


def column(data, name):
    return next(c for c in data.preparation.columns if c.name == name)


def with_holes(frame, *places):
    holed = {name: np.array(values, dtype=object) for name, values in frame.items()}
    for name, row in places:
        holed[name][row] = None
    return holed


def block(part):
    return part.block(0, part.n)


# ------------------------------------------------------------------------------------ what is what


def test_every_kind_of_column(frame):
    data = Data.from_frame(frame, test_size=0.2, seed=3)
    kinds = {c.name: c.kind for c in data.preparation.columns}
    assert kinds == {
        "id": "left out", "width": "number", "colour": "category", "when": "left out",
        "same": "number", "note": "left out",
    }  # fmt: skip
    assert column(data, "id").why == "it counts the rows"
    assert column(data, "when").why == "dates"
    assert "60 different texts" in column(data, "note").why
    assert (column(data, "same").scale, column(data, "same").why) == (1.0, "constant")
    assert column(data, "colour").categories == ("blue", "green", "red")
    inputs = [c.name for c in data.preparation.inputs]
    assert inputs == ["width", "colour=blue", "colour=green", "colour=red", "same"]
    assert (data.inputs, data.task, data.outputs) == (5, "classes", 1)
    assert data.preparation.target == Target("classes", ("kind",), ("narrow", "wide"))


def test_the_rows_are_those_of_the_split_and_fitted_on_the_training_alone(frame):
    data = Data.from_frame(frame, test_size=12, validation_size=8, seed=3)
    rows = split(N, test_size=12, validation_size=8, seed=3)
    width = frame["width"]
    mean, scale = width[rows.train].mean(), width[rows.train].std()
    assert (column(data, "width").mean, column(data, "width").scale) == (mean, scale)
    for name, part in data.parts.items():
        chosen = getattr(rows, name)
        x, y, weight = block(part)
        assert same_bits(x[:, 0], (width[chosen] - mean) / scale)
        hot = [(frame["colour"][chosen] == c).astype(float) for c in ("blue", "green", "red")]
        assert same_bits(x[:, 1:4], np.column_stack(hot))
        assert not x[:, 4].any()
        assert [data.preparation.target.classes[k] for k in y] == frame["kind"][chosen].tolist()
        assert weight is None
    train = {name: values[rows.train] for name, values in frame.items()}
    assert same_bits(data.preparation.x(train), block(data.train)[0])


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        (["b", "a"] * 20, "classes", ("a", "b")),
        ([3, 1] * 20, "classes", (1, 3)),
        ([1.0, 2.0] * 20, "classes", (1, 2)),
        ([True, False] * 20, "classes", (False, True)),
        (list(range(20)) * 2, "classes", tuple(range(20))),
        (list(range(21)) * 2, "numbers", ()),
        ([0.5, 1.0] * 20, "numbers", ()),
        (list(range(10)), "numbers", ()),  # another number in every row
    ],
)
def test_the_task_is_found_from_the_target(y, task, classes, rng):
    data = Data.from_frame({"x": rng.normal(size=len(y)), "y": y})
    assert (data.task, data.preparation.target.classes) == (task, classes)
    assert [type(c) for c in data.preparation.target.classes] == [type(c) for c in classes]


def test_the_task_can_be_told(rng):
    x, y = rng.normal(size=40), [0, 1] * 20
    assert Data.from_frame({"x": x, "y": y}, task="numbers").task == "numbers"
    halves = Data.from_frame({"x": x, "y": [0.5, 1.5] * 20}, task="classes")
    assert halves.preparation.target.classes == (0.5, 1.5)
    assert sorted(set(block(halves.train)[1].tolist())) == [0, 1]
    with refused("--task", "'art'"):
        Data.from_frame({"x": x, "y": y}, task="art")
    with refused("target y", "text in 'y'"):
        Data.from_frame({"x": x, "y": ["a", "b"] * 20}, task="numbers")


def test_targets_by_name_by_number_and_several(frame):
    assert Data.from_frame(frame).preparation.target.names == ("kind",)
    for asked in ("width", 2, "2", -6):
        assert Data.from_frame(frame, asked).preparation.target.names == ("width",)
    both = Data.from_frame(frame, ["width", "same"])
    assert (both.preparation.target.names, both.outputs) == (("width", "same"), 2)
    with refused("target 'widht'", "Did you mean 'width'?"):
        Data.from_frame(frame, "widht")
    with refused("target '8'", "number from 1"):
        Data.from_frame(frame, 8)
    with refused("text in 'kind'", "several"):
        Data.from_frame(frame, ["width", "kind"])
    for name in ("target", "Class", "LABEL", "y"):
        renamed = {name if c == "colour" else c: values for c, values in frame.items()}
        assert Data.from_frame(renamed).preparation.target.names == (name,)


def test_numbers_are_learnt_in_units_of_their_deviation(rng):
    x = rng.normal(size=(200, 2))
    y = 1000 + 300 * (x[:, 0] - 2 * x[:, 1])
    data = Data.from_frame({"a": x[:, 0], "b": x[:, 1], "y": y}, test_size=50, seed=1)
    scaled = block(data.train)[1][:, 0]
    assert abs(scaled.mean()) < 1e-12
    assert scaled.std() == pytest.approx(1)
    spec, training = suggest(data)
    model = fit(Network.start(spec, seed=0), data, training).model
    _, found = evaluate(spec, model.network.params, data.fitted(spec))
    test = split(200, test_size=50, validation_size=0, seed=1).test
    off = model.predict({"a": x[test, 0], "b": x[test, 1]})["y"] - y[test]
    assert found["rmse"] == pytest.approx(np.sqrt((off**2).mean()), rel=1e-9)
    assert found["r2"] > 0.98


@pytest.mark.parametrize("text", ["{:,}", "${}", "{} km"])
def test_a_text_for_nearly_every_row_is_no_class(text, rng):
    prices = [text.format(1000 + k) for k in range(N)]
    with refused("'price'", "60 different texts in 60 rows", repr(prices[0]), "thousands"):
        Data.from_frame({"x": rng.normal(size=N), "price": prices})


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("poisson", ("answers from 0 up", "scale_target")),
        ("binary_cross_entropy", ("answers from 0 to 1",)),
        ("hinge", ("answers from 0 to 1",)),
    ],
)
def test_losses_that_are_not_for_such_answers(loss, words, rng):
    data = Data.from_frame({"x": rng.normal(size=30), "y": rng.normal(50, 9, 30)})
    spec, _ = suggest(data)
    last = replace(spec.layers[-1], activation=LOSSES[loss].last)
    with refused(*words):
        data.fitted(replace(spec, layers=(spec.layers[0], last), loss=loss))
    counts = Data.from_arrays(rng.normal(size=(9, 1)), np.eye(9)[:, :1])
    counts.fitted(Spec.chain([1, 1], loss=loss))


def test_the_column_part_says_which_part_a_row_belongs_to(frame):
    names = np.array(["train"] * 30 + ["validation"] * 10 + ["test"] * 20)
    data = Data.from_frame(frame | {"part": names})
    assert {name: part.n for name, part in data.parts.items()} == {
        "train": 30, "validation": 10, "test": 20,
    }  # fmt: skip
    assert data.preparation.target.names == ("kind",)
    with refused('rows whose part is "train"'):
        Data.from_frame(frame | {"part": ["test"] * N})
    with refused("1 row without a part"):
        Data.from_frame(frame | {"part": [None, *names[1:]]})
    other = Data.from_frame(frame | {"part": COLOURS[np.arange(N) % 3]}, "kind")
    assert column(other, "part").kind == "category"


def test_few_rows_are_all_for_training():
    data = Data.from_frame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 1, 1, 0]})
    assert list(data.parts) == ["train"]
    assert "fewer than 20 rows" in data.notes[0]
    assert data.inputs == 2, "columns of a small table that count are no ids"


def test_rare_texts_are_none_of_the_categories(monkeypatch, rng):
    monkeypatch.setattr(roles, "CATEGORIES", 2)
    colours = np.array(["red"] * 20 + ["blue"] * 15 + ["green"] * 5)
    data = Data.from_frame({"c": colours, "x": rng.normal(size=40), "y": [0, 1] * 20}, test_size=0)
    assert column(data, "c").categories == ("blue", "red")
    assert "the 1 rarest" in column(data, "c").why
    assert data.preparation.x({"c": ["green", "red"], "x": [0, 0]})[:, :2].tolist() == [
        [0, 0],
        [0, 1],
    ]


def test_tables_that_teach_nothing(rng):
    with refused("a column beside the target"):
        Data.from_frame({"y": [0, 1] * 9})
    with refused("at least two classes", "'x' in every row"):
        Data.from_frame({"a": range(9), "y": ["x"] * 9})
    with refused("dates"):
        Data.from_frame({"when": ["2024-01-01"] * 40, "y": [0, 1] * 20})
    with refused("an infinity in row 3"):
        Data.from_frame({"a": [1, 2, np.inf, 4], "y": [0, 1, 0, 1]})
    with refused("classes or numbers", "dates"):
        Data.from_frame({"a": rng.normal(size=4), "y": ["2024-01-01", "2024-01-02"] * 2})


# -------------------------------------------------------------------------------- missing values


def test_missing_values_are_a_choice(frame):
    holed = with_holes(frame, ("width", 4), ("width", 9), ("colour", 7))
    with refused("3 missing: width (2), colour (1)", "row 5", "--missing drop", "--missing mean"):
        Data.from_frame(holed)
    dropped = Data.from_frame(holed, missing="drop", test_size=0)
    assert sum(part.n for part in dropped.parts.values()) == N - 3
    assert "3 of 60 rows left out" in " ".join(dropped.notes)
    with refused("a value in every row of column 'width'", "none in row 1"):
        dropped.preparation.x({"width": [None], "colour": ["red"], "same": [7]})
    filled = Data.from_frame(holed, missing="mean", test_size=0, validation_size=0)
    assert filled.train.n == N
    there = np.array([v for v in holed["width"] if v is not None], dtype=float)
    assert column(filled, "width").mean == pytest.approx(there.mean(), rel=1e-14)
    assert column(filled, "width").scale == pytest.approx(there.std(), rel=1e-14)
    x = block(filled.train)[0]
    assert x[4, 0] == x[9, 0] == 0
    assert not x[7, 1:4].any()
    with refused("--missing", "'never'"):
        Data.from_frame(frame, missing="never")


def test_a_missing_target_is_never_made_up(frame):
    holed = with_holes(frame, ("kind", 0), ("width", 1))
    data = Data.from_frame(holed, missing="mean", test_size=0, validation_size=0)
    assert data.train.n == N - 1
    empty = Data.from_frame(frame | {"gone": [None] * N}, "kind")
    assert column(empty, "gone").why == "empty"


# ------------------------------------------------------------------------------------- predicting


@pytest.fixture
def model(frame):
    data = Data.from_frame(frame, seed=3)
    spec, training = suggest(data)
    return fit(Network.start(spec, seed=0), data, training).model


def test_predictions_are_matched_by_name(model, frame, tmp_path):
    right = model.predict(frame)
    assert (right["prediction"] == frame["kind"]).mean() > 0.9
    assert list(right) == ["prediction", "p(narrow)", "p(wide)"]
    turned = dict(reversed(frame.items())) | {"extra": np.arange(N)}
    turned.pop("note")
    again = Model.load(model.save(tmp_path / "m.safetensors"))
    assert again.preparation == model.preparation
    for each in (model, again):
        assert same_bits(each.predict(turned)["p(wide)"], right["p(wide)"])
    by_order = model.predict(list(zip(frame["width"], frame["colour"], frame["same"], strict=True)))
    assert same_bits(by_order["p(wide)"], right["p(wide)"])
    with refused("'width', too", "Is it 'Width'?"):
        model.predict({"Width": [1], "colour": ["red"], "same": [7]})
    with refused("numbers in column 'width'", "'wide'"):
        model.predict({"width": ["wide"], "colour": ["red"], "same": [7]})
    with refused("rows of 3 values", "(1, 2)"):
        model.predict([[1, "red"]])


def test_a_constant_column_says_nothing_and_may_be_gone(model, frame):
    right = model.predict(frame)["p(wide)"]
    rows = {name: frame[name] for name in ("width", "colour")}
    for each in (rows, rows | {"same": np.full(N, 900.0)}, rows | {"same": [None] * N}):
        assert same_bits(model.predict(each)["p(wide)"], right)
    numbers = Data.from_frame({"a": frame["width"], "b": frame["same"], "y": frame["kind"]})
    assert numbers.preparation.x([[1.0, 7.0]]).tolist() == numbers.preparation.x([[1, 9]]).tolist()


def test_what_is_wrong_with_the_rows_is_named(model):
    with refused("got columns 'width', 'same'. Columns are matched"):  # 'same' is not 'colour'
        model.predict({"width": [1.0], "same": [7.0]})
    with refused("numbers in column 'width'", "'abc'"):
        model.predict({"width": ["1.5", "2,5", "abc"], "colour": ["red"] * 3})


def test_unseen_categories_are_none_of_the_known_ones(model):
    x = model.preparation.x({"width": [5, 5], "colour": ["purple", "red"], "same": [7, 7]})
    assert x[:, 1:4].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_categories_that_look_like_numbers(rng):
    grades = np.array(["1", "2", "A"])[rng.integers(0, 3, 40)]
    data = Data.from_frame({"g": grades, "y": grades == "1"}, test_size=0)
    assert data.preparation.x({"g": [1, 2, 3.5]}).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_the_preparation_as_json(frame):
    made = Data.from_frame(frame, missing="mean").preparation
    text = json.dumps(made.to_json(), allow_nan=False)
    assert Preparation.from_json(json.loads(text)) == made
    older = {"columns": [{"name": "a", "kind": "number", "mean": 0.0, "scale": 1.0}],
             "target": {"task": "numbers", "names": ["y"], "classes": []}}  # fmt: skip
    assert Preparation.from_json(older) == Preparation((Column("a"),), Target("numbers", ("y",)))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Column("a", "category"), "kind 'category' with 0"),
        (lambda: Column("a", categories=("x",)), "kind 'number' with 1"),
        (lambda: Column("a", "code"), "kind to be one of"),
        (lambda: Target("numbers", ("y",), (), (0.0,), (1.0, 2.0)), "a mean and a scale"),
        (lambda: Target("numbers", ("y",), (), (0.0,), (0.0,)), "above 0"),
        (lambda: Preparation((), Target("numbers"), "never"), "missing to be one of"),
    ],
)
def test_preparations_that_can_not_be(made, words):
    with refused(words):
        made()


# ------------------------------------------------------------------------------------- large data


def csv_of(frame, path):
    rows = zip(*frame.values(), strict=True)
    lines = [",".join(frame), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_large_data_trains_to_the_same_bits(frame, monkeypatch, tmp_path):
    """Rows prepared when they are asked for are those prepared at once."""
    path = csv_of(frame, tmp_path / "t.csv")
    asked = {"missing": "error", "test_size": 0.2, "validation_size": 0.2, "seed": 5}
    held = Data.from_file(path, **asked)
    monkeypatch.setattr(own, "HELD", 0)
    monkeypatch.setattr(store, "AT_ONCE", 64)
    streamed = Data.from_file(path, **asked)
    assert isinstance(streamed.train, Streamed)
    assert streamed.preparation == held.preparation
    for name, part in held.parts.items():
        assert all(map(same_bits, block(streamed.parts[name]), block(part)))
    spec, training = suggest(held)
    runs = []
    for data in (held, streamed):
        with RunWriter.create(tmp_path / f"{data is held}.chainrule", Network.start(spec, seed=1),
                              data, training) as run:  # fmt: skip
            runs.append(fit(Network.start(spec, seed=1), data, training, run=run).model.network)
    assert same_bits(runs[0].params, runs[1].params)


@pytest.mark.parametrize("at_once", [1, 10**6])
def test_columns_are_scaled_as_asked(frame, at_once, monkeypatch):
    """Over the training rows alone, read whole or block by block."""
    monkeypatch.setattr(store, "AT_ONCE", at_once)
    width = frame["width"][split(N, test_size=0.2, validation_size=0, seed=3).train]
    shifts = {
        "standard": (width.mean(), width.std()), "min-max": (width.min(), np.ptp(width)),
        "none": (0.0, 1.0),
    }  # fmt: skip
    for scale, (mean, unit) in shifts.items():
        data = Data.from_frame(frame, test_size=0.2, seed=3, scale=scale)
        x = data.train.block(0, data.train.n)[0][:, 0]
        assert x == pytest.approx((width - mean) / unit, rel=1e-12, abs=1e-12)
        assert (column(data, "same").mean, column(data, "same").scale) == (7.0, 1.0)
        assert data.preparation.x(frame)[:, 0] == pytest.approx((frame["width"] - mean) / unit)
    low_high = Data.from_frame(frame, test_size=0, scale="min-max").train.x[:, 0]
    assert (low_high.min(), low_high.max()) == (0.0, 1.0)
    with refused("--scale", "'huge'"):
        Data.from_frame(frame, scale="huge")


@pytest.mark.parametrize("scale", ["standard", "min-max", "none"])
def test_a_hole_is_the_mean_on_every_scale(frame, scale):
    holed = with_holes(frame, ("width", 4))
    data = Data.from_frame(holed, test_size=0, missing="mean", scale=scale)
    mean = np.delete(frame["width"], 4).mean()
    prepared = Preparation.from_json(json.loads(json.dumps(data.preparation.to_json())))
    assert prepared == data.preparation
    for x in (data.train.x, prepared.x({**holed})):
        assert prepared.unscaled(x)[4, 0] == pytest.approx(mean, rel=1e-12)


def test_a_run_reads_its_file_again_on_the_same_scale(frame, tmp_path):
    path = csv_of(frame, tmp_path / "t.csv")
    data = Data.from_file(path, scale="min-max")
    again = read_again(data.read_from)
    assert again.fingerprint == data.fingerprint != Data.from_file(path).fingerprint


def test_moments_block_by_block_are_those_at_once(monkeypatch, rng):
    x = rng.normal(50, 3, size=(301, 3))
    x[:, 1] = 0.1
    rows, names = np.flatnonzero(rng.random(301) < 0.7), ["a", "b", "c"]
    at_once = own._moments(x, rows, [0, 1, 2], names)
    assert same_bits(at_once[0], [x[rows, 0].mean(), 0.1, x[rows, 2].mean()])
    monkeypatch.setattr(own, "AT_ONCE", 0)
    monkeypatch.setattr(store, "AT_ONCE", 30)
    for found, wanted in zip(own._moments(x, rows, [0, 1, 2], names), at_once, strict=True):
        assert found == pytest.approx(wanted, rel=1e-13)  # 301 roundings of 1e-16, twice
        assert found[1] == wanted[1]


def test_a_hundred_thousand_columns(tmp_path, rng):
    x = rng.random((12, 100_000)).round(3)
    lines = [",".join([*map(str, row), "ab"[k % 2]]) for k, row in enumerate(x.tolist())]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([",".join(f"c{k}" for k in range(100_001)), *lines]) + "\n")
    data = Data.from_file(path)
    spec, training = suggest(data)
    assert (data.inputs, data.train.n, spec.layers[0].units) == (100_000, 12, 8)
    result = fit(Network.start(spec, seed=0), data, replace(training, epochs=1))
    assert result.ended.reason == "finished"


def test_rows_far_apart_are_read_in_pieces(frame, monkeypatch, tmp_path):
    path = csv_of(frame, tmp_path / "t.csv")
    held = Data.from_file(path)
    for module, name in ((own, "HELD"), (store, "LARGE"), (streamed, "FORGET")):
        monkeypatch.setattr(module, name, 0)
    monkeypatch.setattr(streamed, "FEW", 5)
    data = Data.from_file(path)
    assert isinstance(data.train.values, np.memmap)
    rows = np.array([40, 3, 3, 17, 0, 31, 47, 12])
    for found, wanted in zip(data.train.gather(rows), block(held.train.take(rows)), strict=True):
        assert found is wanted is None or same_bits(found, wanted)
    assert all(map(same_bits, block(data.test), block(held.test)))


def test_a_run_without_its_data_reads_its_file_again(frame, tmp_path):
    path = csv_of(frame, tmp_path / "t.csv")
    data = Data.from_file(path, "kind", seed=5)
    spec, training = suggest(data)
    network = Network.start(spec, seed=1)
    with RunWriter.create(
        tmp_path / "r.chainrule", network, data, training, hold_data=False
    ) as run:
        fit(network, data, training, run=run)
    longer = resume(tmp_path / "r.chainrule", epochs=training.epochs + 5)
    assert longer.ended.state.step > 0
    path.write_text(path.read_text().replace("red", "blue"))
    with refused("other data"), RunFile(tmp_path / "r.chainrule") as run:
        run.data()
