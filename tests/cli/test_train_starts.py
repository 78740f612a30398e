"""train --starts: many starts at once, and the best one becomes the run."""

import json

import pytest

from chainrule.cli.app import run
from chainrule.training.run_file import RunFile
from chainrule.training.starts import _Starts


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


LINE = ["train", "xor", "--pictures", "none", "--steps", "9000", "--seed", "0"]


def answer(capsys, *more, code=0):
    assert run([*LINE, *more, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_the_best_start_is_the_run(capsys):
    alone = answer(capsys)
    assert "starts" not in alone
    found = answer(capsys, "--starts", "12")
    starts = found["starts"]
    assert starts["of"] == 12
    assert 0 < starts["reached"] < 12
    assert found["seed"] == starts["best"] != 0
    least, half, most = starts["losses"]
    assert least < half <= most
    # The chosen start is trained again, alone: 9,000 smooth steps, and rounding grows by little.
    assert found["loss"]["train"] == pytest.approx(least, rel=1e-6)
    with RunFile(found["run"]) as made:
        assert made.training.seed == starts["best"]
        assert made.holds_data
        assert made.state(17).step == 17


def test_it_says_how_all_did(capsys):
    assert run([*LINE, "--starts", "3"]) == 0
    out = capsys.readouterr().out
    assert "starts    3: " in out
    assert "reach the target; train loss from 0." in out


def test_without_a_target_only_losses_are_told(capsys):
    found = answer(capsys, "--starts", "2", "--stop-below", "none")
    assert found["starts"]["reached"] is None


@pytest.mark.parametrize(
    ("more", "word"),
    [(["--starts", "0"], "--starts"), (["--starts", "2", "--no-data"], "--no-data"),
     (["--starts", "2", "--init", "zeros"], "drawn")],
)  # fmt: skip
def test_misuse(more, word, capsys):
    error = answer(capsys, *more, code=2)["error"]
    assert word in " ".join(error.values())
    assert all(error.values())


def test_ctrl_c_leaves_no_run(capsys, monkeypatch, tmp_path):
    import signal

    real = _Starts._judged

    def judged(self, at, them, step, look):
        if step > 0:
            signal.raise_signal(signal.SIGINT)
        return real(self, at, them, step, look)

    monkeypatch.setattr(_Starts, "_judged", judged)
    monkeypatch.setattr("chainrule.training.starts.POLL", -1.0)
    assert run([*LINE, "--starts", "4"]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_predictions_come_from_the_engine_that_is_asked_for(capsys, tmp_path):
    path = answer(capsys)["run"]
    (tmp_path / "rows.csv").write_text("x1,x2\n0,1\n1,1\n")
    found = {}
    for engine in ("auto", "reference"):
        assert run(["predict", path, "rows.csv", "--engine", engine, "--json"]) == 0
        found[engine] = json.loads(capsys.readouterr().out)["answers"]["p(1)"]
    assert found["auto"] == pytest.approx(found["reference"], rel=1e-12)  # sums of three products
    assert run(["predict", path, "rows.csv", "--engine", "fast"]) == 2
    assert "auto, reference, native" in capsys.readouterr().err
