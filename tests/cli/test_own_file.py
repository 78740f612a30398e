"""A file of one's own from the command line: train, look, go on, predict."""

from __future__ import annotations

import csv
import io
import json
import sys

import numpy as np
import pytest

from chainrule.cli.app import run
from chainrule.cli.own_file import run_name
from chainrule.training.run_file import RunFile


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table(rng, folder):
    """my data.csv: an id, a number, a text, and the class that they tell."""
    width, colour = rng.normal(size=60), rng.choice(["red", "blue"], 60)
    kind = np.where(width + (colour == "red") > 0.5, "wide", "narrow")
    lines = [f"{k},{w:.4f},{c},{y}" for k, (w, c, y) in enumerate(zip(width, colour, kind))]  # noqa: B905
    (folder / "my data.csv").write_text("\n".join(["id,width,colour,kind", *lines]) + "\n")
    return kind.tolist()


def answer(capsys, *arguments, code=0):
    assert run([*arguments, "--json"]) == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def trained(capsys, *more):
    return answer(capsys, "train", "my data.csv", "--pictures", "none", "--epochs", "60", *more)


def test_from_the_file_to_predictions(table, capsys, folder):
    made = trained(capsys)
    assert made["run"] == "runs/my-data-1.chainrule"
    assert made["network"] == "3-100-1 relu sigmoid"
    assert made["metrics"]["on"] == "test"
    assert run(["predict", made["run"], "my data.csv", "--output", "p.csv"]) == 0
    said = capsys.readouterr().err
    assert "60 rows in p.csv" in said
    assert "columns not used" not in said, "an id that was left out is known"
    assert "the file has the right answers: accuracy" in said
    rows = list(csv.DictReader(io.StringIO((folder / "p.csv").read_text())))
    assert list(rows[0]) == ["prediction", "p(narrow)", "p(wide)"]
    right = np.mean([row["prediction"] == y for row, y in zip(rows, table, strict=True)])
    assert right > 0.9
    found = answer(capsys, "predict", made["run"], "my data.csv")
    assert found["answers"]["prediction"] == [row["prediction"] for row in rows]
    assert found["score"]["accuracy"] == pytest.approx(right)
    assert found["rows"] == 60
    assert run(["predict", made["run"], "my data.csv", "--output", "p.csv"]) == 2
    assert "--force" in capsys.readouterr().err


def test_every_other_command_works_with_such_a_run(table, capsys):
    path = trained(capsys)["run"]
    assert answer(capsys, "resume", path, "--epochs", "70", "--pictures", "none")["epochs"] == 70
    assert len(answer(capsys, "plot", path, "--animation", "none")["pictures"]) > 2
    assert answer(capsys, "doctor", path, code=0)["cause"] == "healthy"
    assert answer(capsys, "explain", path, "--of", "0.z[0,0]")["command"] == "explain"
    assert answer(capsys, "info", path)["source"] == "my data.csv"
    model = answer(capsys, "export", path)["model"]
    assert answer(capsys, "info", model)["columns"] == ["width", "colour"]
    by_run = answer(capsys, "predict", path, "my data.csv")["answers"]
    assert answer(capsys, "predict", model, "my data.csv")["answers"] == by_run
    early = answer(capsys, "predict", path, "my data.csv", "--step", "0")["answers"]
    assert early != by_run


def test_rows_by_name_from_standard_input(table, capsys, monkeypatch):
    path = trained(capsys)["run"]
    rows = "colour,junk,width\nred,1,3\ngreen,2,-3\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows.encode())))
    assert run(["predict", path, "-"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == "prediction,p(narrow),p(wide)"
    assert [line.split(",")[0] for line in shown.out.splitlines()[1:]] == ["wide", "narrow"]
    assert "columns not used: junk" in shown.err
    for rows, said in {
        "color,width\nred,3\n": "Is it 'color'?",
        "colour,width\nred,big\n": "numbers in column 'width'",
        "colour,width\nred,\n": "a value in every row of column 'width'",
    }.items():
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows.encode())))
        assert run(["predict", path, "-"]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert said in shown.err


def test_what_was_chosen_is_said(table, capsys):
    assert run(["train", "my data.csv", "--pictures", "none", "--epochs", "2"]) == 0
    out = capsys.readouterr().out
    assert "predict kind, one of 2 classes, from 2 columns" in out
    assert "left out: id (it counts the rows)" in out
    assert "colour (2)" in out
    assert "chainrule predict runs/my-data-1.chainrule 'my data.csv'" in out


def test_targets_tasks_and_missing_values(table, capsys, folder):
    found = trained(capsys, "--target", "width")
    assert set(found["metrics"]) == {"on", "rmse", "mae", "r2"}
    found = trained(capsys, "--target", "width", "--target", "1")
    assert found["network"].startswith("4-100-2")
    path = folder / "my data.csv"
    path.write_text(path.read_text() + "99,,red,wide\n")
    assert run(["train", "my data.csv"]) == 2
    assert "--missing drop" in capsys.readouterr().err
    assert trained(capsys, "--missing", "drop")["metrics"]["on"] == "test"
    assert trained(capsys, "--missing", "mean", "--patience", "5")["metrics"]["on"] == "test"
    assert trained(capsys, "--missing", "mean", "--scale", "min-max")["metrics"]["on"] == "test"


def test_texts_that_stand_for_a_missing_value_are_told_and_named(table, capsys, folder):
    path = folder / "my data.csv"
    path.write_text(path.read_text() + "99,k.A.,red,wide\n")
    assert run(["train", "my data.csv", "--pictures", "none", "--epochs", "2"]) == 0
    assert "--holes k.A. takes such cells as missing" in capsys.readouterr().out
    assert trained(capsys, "--holes", "k.A.", "--missing", "drop")["network"].startswith("3-")
    assert run(["predict", "runs/my-data-2.chainrule", "my data.csv"]) == 2
    assert "a value" in capsys.readouterr().err  # known as a hole, and refused as one
    assert run(["train", "xor", "--holes", "x"]) == 2
    assert "--holes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("train nothing.csv", "nothing there"),
        ("train circels", "Did you mean circles?"),
        ("train circles --target x", "a file, for --target is about its columns"),
        ("train xor --missing mean", "--missing"),
        ("train xor --scale none", "--scale"),
        ("predict nothing.chainrule x.csv", "nothing there"),
        ("predict", "a run or model file"),
    ],
)
def test_what_can_not_be_is_said(line, said, capsys):
    assert run(line.split()) == 2
    assert said in capsys.readouterr().err


def test_a_model_without_preparation_takes_columns_by_their_place(capsys, folder):
    import chainrule as cr

    spec = cr.Spec.chain([2, 1], "identity")
    network = cr.Network(spec, {"0.W": [[1.0], [10.0]], "0.b": [0.5]})
    cr.Model(network).save("m.safetensors")
    (folder / "x.csv").write_text("a,b\n1,2\n3,4\n")
    assert answer(capsys, "predict", "m.safetensors", "x.csv")["answers"] == {"y1": [21.5, 43.5]}
    (folder / "x.csv").write_text("a,b,c\n1,2,3\n")
    assert run(["predict", "m.safetensors", "x.csv"]) == 2
    assert "2 columns" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "name"),
    [("my data.csv.gz", "my-data"), ("stdin", "stdin"), (".csv", "csv"), ("é ü.csv", "é-ü"),
     ("...", "run")],
)  # fmt: skip
def test_names_of_runs(source, name):
    assert run_name(source) == name


def test_built_in_data_written_and_trained_again(capsys):
    """The column "part" keeps each row in its part."""
    answer(capsys, "data", "circles", "--output", "c.csv")
    found = answer(capsys, "train", "c.csv", "--epochs", "40", "--pictures", "none")
    assert found["network"] == "2-100-1 relu sigmoid"
    assert found["metrics"]["accuracy"] > 0.95
    assert len(answer(capsys, "data")["sets"]) == 6


def test_counts_are_learnt_as_they_are_and_not_in_deviations(folder_of_counts):
    assert run(["train", "counts.csv", "--task", "numbers", "--loss", "poisson", "--epochs", "20",
                "--pictures", "none", "--run", "p.chainrule", "--quiet"]) == 0  # fmt: skip
    with RunFile("p.chainrule") as kept:
        target = kept.preparation.target
        answers = kept.data().train.block(0, 10)[1]
    assert not target.is_scaled
    assert (answers >= 0).all()
    assert (answers == answers.round()).all()


def test_a_loss_that_is_not_for_such_answers_is_refused(folder_of_counts, capsys):
    assert run(["train", "counts.csv", "--task", "numbers", "--loss", "hinge"]) == 2
    assert "answers from 0 to 1" in capsys.readouterr().err


@pytest.fixture
def folder_of_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(0)
    x = draw.normal(size=80)
    rows = [f"{a:.3f},{k}" for a, k in zip(x, draw.poisson(np.exp(x + 1)), strict=True)]
    (tmp_path / "counts.csv").write_text("\n".join(["a,visits", *rows]))


def test_several_targets_have_an_error_each(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(0)
    x = draw.normal(size=60)
    rows = [
        f"{a:.3f},{a + 1:.3f},{1000 * b:.1f}" for a, b in zip(x, draw.normal(size=60), strict=True)
    ]
    (tmp_path / "two.csv").write_text("\n".join(["a,near,noise", *rows]))
    line = ["train", "two.csv", "--target", "near", "--target", "noise", "--pictures", "none"]
    assert run([*line, "--epochs", "60", "--learning-rate", "0.01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["by_target"]
    assert list(found) == ["near", "noise"]
    assert found["near"]["rmse"] < 1 < 100 < found["noise"]["rmse"]
