"""Cells that are no numbers in a column of numbers: told, and taken as missing where asked."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from chainrule import Data, Model, Network, RunFile, fit, suggest
from chainrule.data import csv_file, files
from chainrule.data.odd import odd_columns, with_holes
from chainrule.data.preparation import Preparation
from chainrule.data.table import from_columns
from chainrule.training.run_writer import RunWriter
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
    assert "--holes 'k.A.'" in note
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


def test_what_is_no_list_of_texts_is_refused(path):
    with refused("texts that stand for a missing value"):
        Data.from_file(path, holes=[1])
    with refused("name texts that stand for missing ones with --holes"):
        Data.from_file(path, "size")
    with refused("name them with --holes"):
        Data.from_file(path, "size", task="numbers")
    assert Data.from_file(path, "size", holes=["k.A."], missing="drop").task == "numbers"
