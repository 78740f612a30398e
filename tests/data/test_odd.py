"""Cells that are no numbers in a column of numbers: told, and taken as missing where asked."""

import gzip
import shlex
from dataclasses import replace

import numpy as np
import pytest

from chainrule import Data, Model, Network, RunFile, fit, suggest
from chainrule.core.errors import UsageError
from chainrule.data import csv_file, files
from chainrule.data.holes import with_holes
from chainrule.data.odd import odd_columns
from chainrule.data.preparation import Preparation
from chainrule.data.table import from_columns
from chainrule.training.run_writer import RunWriter
from chainrule.view.sets import Kept, source_of
from tests.helpers import refused, same_bits

N = 500


@pytest.fixture
def path(tmp_path):
    """A column of 500 sizes, of which two are told to be unknown."""
    rng = np.random.default_rng(3)
    sizes = [f"{size:.4f}" for size in rng.normal(50, 10, N)]
    kinds = ["big" if float(size) > 50 else "small" for size in sizes]
    sizes[7], sizes[400], sizes[401] = "k.A.", " K.A. ", "-"
    rows = "".join(f"{a},{b},{k}\n" for k, (a, b) in enumerate(zip(sizes, kinds, strict=True)))
    made = tmp_path / "own.csv"
    made.write_text("size,kind,number\n" + rows)
    return made


def test_they_are_told_with_what_they_make_of_the_column(path):
    (odd,) = odd_columns(files.read(path))
    assert (odd.name, odd.cells, odd.of, odd.texts) == ("size", 3, 500, ("k.A.", "K.A.", "-"))
    said = "column size: 3 of 500 cells are no numbers: 'k.A.', 'K.A.', '-'; as text it is left out"
    assert odd.says == said
    data = Data.from_file(path, "kind")
    (note,) = [note for note in data.notes if "size" in note]
    assert note.startswith(said)
    assert "--holes k.A. --holes K.A. --holes - takes" in note
    assert "(holes= in Python)" in note


def test_a_column_of_few_sizes_is_as_many_inputs(tmp_path):
    rows = "".join(f"{k % 30},{'ab'[k % 2]}\n" for k in range(300))
    (tmp_path / "t.csv").write_text("a,b\n" + rows + "?!,a\n")
    (odd,) = odd_columns(files.read(tmp_path / "t.csv"))
    assert odd.says.endswith("1 of 301 cells is no number: '?!'; as text it is 31 inputs")
    assert Data.from_file(tmp_path / "t.csv").inputs == 31
    assert Data.from_file(tmp_path / "t.csv", holes="?!", missing="drop").inputs == 1


@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "x", "y"] * 9, ["a", "b"] * 9, ["1", "2"] * 9, ["1", "-", "", "n/a"] * 9,
        ["2024-01-02", "12:30"] * 9,
    ],
)  # fmt: skip
def test_texts_numbers_and_dates_are_not_odd(cells):
    assert odd_columns(from_columns({"a": np.array(cells), "b": np.arange(len(cells))})) == ()


@pytest.mark.parametrize("kind", ["csv", "packed", "late", "semicolons", "npz", "frame"])
def test_named_they_are_missing_however_the_table_comes(path, kind, monkeypatch, tmp_path):
    as_it_is = files.read(path)
    expected = with_holes(as_it_is, ("k.a.",))
    if kind == "late":
        monkeypatch.setattr(csv_file, "AT_ONCE", 1)
    elif kind == "packed":
        (tmp_path / "own.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
        path = tmp_path / "own.csv.gz"
    elif kind == "semicolons":
        text = path.read_text().replace(",", ";").replace(".", ",").replace("k,A,", "k.A.")
        path.write_text(text.replace("K,A,", "K.A."))
    columns = {
        each.name: as_it_is.values[:, k] if each.texts is None else np.array(
            [each.texts[int(code)] for code in as_it_is.values[:, k]]
        )
        for k, each in enumerate(as_it_is.columns)
    }  # fmt: skip
    if kind == "npz":
        path = tmp_path / "own.npz"
        np.savez(path, **columns)
    found = (
        Data.from_frame(columns, "kind", holes=["K.a."], missing="drop")
        if kind == "frame"
        else Data.from_file(path, "kind", holes=["K.a."], missing="drop")
    )
    size = found.preparation.columns[0]
    assert (size.kind, size.name) == ("number", "size")
    assert sum(part.n for part in found.parts.values()) == N - 3
    assert np.isnan(expected.values[:, 0]).sum() == 3
    with refused("3 missing: size (3); the first in row 8"):
        Data.from_file(path, "kind", holes=["K.a."])


def test_holes_of_a_text_are_no_class_and_no_category():
    kinds = np.array(["a", "b", "unknown", "a"] * 10)
    colours = np.array(["a", "b", "unknown"] * 14)[:40]
    columns = {"x": np.arange(40) % 7, "colour": colours, "kind": kinds}
    data = Data.from_frame(columns, holes=["Unknown"], missing="mean")
    assert data.preparation.target.classes == ("a", "b")
    assert data.preparation.columns[1].categories == ("a", "b")


def test_a_model_remembers_them(path, tmp_path):
    data = Data.from_file(path, "kind", holes=["k.A."], missing="mean")
    spec, training = suggest(data)
    training = replace(training, epochs=2)
    network = Network.start(spec, seed=0)
    with RunWriter.create(
        tmp_path / "r.chainrule", network, data, training, hold_data=False
    ) as run:
        fit(network, data, training, run=run)
    with RunFile(tmp_path / "r.chainrule") as run:  # it reads its file again
        assert run.data().preparation == data.preparation
    model = Model(network, data.preparation)
    model.save(tmp_path / "m.safetensors")
    again = Model.load(tmp_path / "m.safetensors")
    asked = {"size": np.array(["12.5", "k.A.", "-"]), "number": np.arange(3)}
    filled = {"size": np.array([12.5, np.nan, np.nan]), "number": np.arange(3)}
    x = again.preparation.x
    assert same_bits(x(asked), x(filled))
    assert Preparation.from_json(data.preparation.to_json()) == data.preparation
    assert "holes" not in Preparation((), data.preparation.target).to_json()


NUMBERS = {
    "a": np.arange(60) % 7.0, "b": np.where(np.arange(60) % 10, np.arange(60.0), -999.0),
    "y": np.array(["u", "v"] * 30),
}  # fmt: skip


@pytest.mark.parametrize("hole", ["-999", "-999.0", " -9.99e2 ", "-999,0"])
@pytest.mark.parametrize(
    "kind", ["csv", "commas", "thousands", "parquet", "npz", "frame", "single"]
)
def test_a_hole_that_is_a_number_is_one_however_it_is_written(kind, hole, tmp_path):
    columns = dict(NUMBERS)
    path = tmp_path / f"t.{kind if kind in ('parquet', 'npz') else 'csv'}"
    if kind == "parquet":
        pytest.importorskip("polars").DataFrame(columns).write_parquet(path)
    elif kind == "npz":
        np.savez(path, **columns)
    elif kind in ("csv", "commas", "thousands"):
        rows = "".join(f"{a};{b};{y}\n" for a, b, y in zip(*columns.values(), strict=True))
        rows = rows if kind == "csv" else rows.replace(".", ",")
        path.write_text(
            "a;b;y\n" + (rows.replace("11,0", "1.111,5") if kind == "thousands" else rows)
        )
    elif kind == "single":
        columns["b"] = columns["b"].astype(np.float32)
    asked = {"holes": [hole], "missing": "mean", "test_size": 0}
    is_frame = kind in ("frame", "single")
    data = Data.from_frame(columns, "y", **asked) if is_frame else Data.from_file(path, **asked)
    known = np.delete(np.arange(60.0), np.s_[::10])
    known[known == 11] = 1111.5 if kind == "thousands" else 11
    assert data.preparation.columns[1].mean == pytest.approx(known.mean())
    assert not [note for note in data.notes if "in no cell" in note]
    x = data.preparation.x
    rows = np.column_stack([columns["a"], columns["b"]])[:2]
    assert x({name: columns[name][:2] for name in "ab"})[0, 1] == x(rows)[0, 1] == 0


def test_a_hole_is_a_number_among_texts_too():
    codes = np.array(["u", "v", "-999.0"] * 20)
    columns = {
        "code": codes,
        "a": np.arange(60) % 7,
        "odd": np.array(["1.5", "2", "-999", "k.A."] * 15),
    }
    asked = {"holes": ["-999", "k.A."], "missing": "mean"}
    data = Data.from_frame(columns, "a", **asked)
    code, odd = data.preparation.columns
    assert code.categories == ("u", "v")
    assert (odd.kind, odd.mean) == ("number", pytest.approx(1.75, abs=0.05))
    mixed = np.array([["u", 1.5], [-999.0, -999]], dtype=object)
    assert same_bits(data.preparation.x(mixed)[1], np.array([0.0, 0.0, 0.0]))


def test_a_hole_in_no_cell_is_told(path):
    data = Data.from_file(path, "kind", holes=["k.A.", "kA", "-99", "NA"], missing="drop")
    assert "to be taken as missing, but in no cell: 'kA', '-99'" in data.notes


def test_large_tables_stay_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("chainrule.data.files.LARGE", 100)
    monkeypatch.setattr("chainrule.data.store.LARGE", 100)
    np.save(tmp_path / "x.npy", np.column_stack([NUMBERS["a"], NUMBERS["b"], NUMBERS["a"]]))
    table = files.read(tmp_path / "x.npy", holes=("-999",))
    assert isinstance(table.values, np.memmap)
    assert np.isnan(table.values).sum() == 6


def test_a_table_whose_only_input_is_odd_is_refused_with_what_to_do():
    columns = {
        "size": np.array([f"{k}.5" if k % 12 else "k.A." for k in range(120)]),
        "kind": np.array(["a", "b"] * 60),
    }
    with pytest.raises(UsageError) as caught:
        Data.from_frame(columns)
    assert "10 of 120 cells are no numbers: 'k.A.'; as text it is left out" in caught.value.got
    assert caught.value.do.startswith(
        "--holes k.A. takes such cells as missing (holes= in Python)."
    )
    assert Data.from_frame(columns, holes="k.A.", missing="drop").inputs == 1
    with refused("--holes k.A. takes"):  # the same of a target
        Data.from_frame(columns, "size")
    columns |= {"other": np.arange(120) % 7, "kind": np.array(["a"] * 120)}
    with pytest.raises(UsageError) as caught:  # another column's fault
        Data.from_frame(columns, "kind")
    assert "--holes" not in str(caught.value)


def test_the_advice_can_be_typed_into_a_shell_and_says_what_it_leaves_out():
    odd = ["it's", 'a "b"', "\\", "$HOME", "k. A.", "-x", "?!"]
    cells = np.array([*odd, *map(str, range(93))])
    columns = {"size": cells, "kind": np.array(["a", "b"] * 50)}
    (found,) = odd_columns(from_columns(columns))
    advice, _, more = found.remedy.partition(" takes such cells as missing (holes= in Python)")
    assert shlex.split(advice) == [word for text in odd[:5] for word in ("--holes", text)]
    assert more == "; name the other 2 so, too, or the column stays one of texts"
    assert Data.from_frame(columns, holes=odd, missing="drop").inputs == 1


@pytest.mark.parametrize("way", ["1.{:03},5", "1,{:03}.5"])
def test_marks_between_thousands_are_known(way):
    cells = np.array([*(way.format(k) for k in range(99)), "k.A."])
    table = from_columns({"size": cells, "kind": np.array(["a", "b"] * 50)})
    (odd,) = odd_columns(table)
    assert (odd.cells, odd.of, odd.texts) == (1, 100, ("k.A.",))
    cleared = with_holes(table, ("k.A.",))
    assert not cleared.columns[0].is_text
    assert cleared.values[:99, 0].tolist() == [1000.5 + k for k in range(99)]
    assert np.isnan(cleared.values[99, 0])


def test_what_could_be_a_thousand_or_one_stays_a_text():
    cells = np.array([*(f"1.{k:03}" for k in range(99)), "k.A."])
    table = from_columns({"size": cells, "kind": np.array(["a", "b"] * 50)})
    assert with_holes(replace(table, comma=True), ("k.A.",)).columns[0].is_text


def test_the_studio_leaves_out_what_it_tells_at_the_columns_and_nothing_else(path):
    table = replace(files.read(path), notes=("a note; --holes x is in its words",))
    data = Data.from_frame(table, "kind")
    assert [each.name for each in data.odd] == ["size"]
    assert data.odd[0].note in data.notes
    source = source_of("table:t", {"target": "kind"}, Kept({"t": table}))
    assert source.notes == tuple(note for note in data.notes if note != data.odd[0].note)
    assert len(source.notes) == len(data.notes) - 1


def test_no_table_is_cleared_twice(path):
    for table in (
        files.read(path, holes=("k.A.", "-999")),
        with_holes(files.read(path), ("-999",)),
    ):
        assert with_holes(table, ("-999",)) is table


def test_what_is_no_list_of_texts_is_refused(path):
    with refused("texts that stand for a missing value"):
        Data.from_file(path, holes=[1])
    with refused("name texts that stand for missing ones with --holes"):
        Data.from_file(path, "size")
    with refused("name them with --holes"):
        Data.from_file(path, "size", task="numbers")
    assert Data.from_file(path, "size", holes=["k.A."], missing="drop").task == "numbers"
