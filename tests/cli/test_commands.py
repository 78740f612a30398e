"""The commands as a person and as a program use them, in process."""

from __future__ import annotations

import json
import os
import typing
from pathlib import Path

import numpy as np
import pytest

from chainrule.cli.app import COMMANDS, run
from chainrule.cli.finish import sparkline
from chainrule.cli.published import matches
from chainrule.core.losses import BinaryCrossEntropy
from chainrule.core.schedules import Cosine, WarmUp
from chainrule.data.problems import PROBLEMS
from chainrule.engine.choice import choose
from chainrule.spec import Spec
from chainrule.training.run_file import RunFile

KEYS = {
    "schema", "command", "run", "network", "engine", "dtype", "seed", "steps", "epochs", "loss",
    "metrics", "always", "pictures", "seconds", "task", "target",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys, *arguments, code=0):
    """Run a command with --json: its one object, after checking the exit code."""
    assert run([*arguments, "--json"]) == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def train(capsys, *arguments, code=0):
    return answer(capsys, "train", *arguments, "--pictures", "none", code=code)


def error_of(capsys, *arguments, code=2):
    """The error of a command, once as text and once as JSON; both carry all four parts."""
    assert run(list(arguments)) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    found = answer(capsys, *arguments, code=code)
    assert set(found) == {"schema", "command", "error"}
    assert set(found["error"]) == {"called", "needs", "got", "do"}
    assert all(found["error"].values())
    assert found["error"]["do"] in shown.err
    return found["error"]


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_trains_by_name(name, capsys):
    found = train(capsys, name, "--steps", "3", "--quiet")
    assert set(found) >= KEYS
    assert found["command"] == "train"
    assert found["steps"] == 3
    assert set(found["loss"]) >= {"train", "test"}
    assert found["metrics"]["on"] in ("train", "test")
    assert Path(found["run"]).is_file()
    assert found["pictures"] == []


def test_mazur_after_one_step(capsys):
    assert train(capsys, "mazur", "--steps", "1")["loss"]["train"] == pytest.approx(
        0.29102777369359933, rel=1e-14
    )


def test_mazur_after_ten_thousand_steps(capsys):
    found = train(capsys, "mazur", "--steps", "10000")
    assert found["loss"]["train"] == pytest.approx(3.510187782978859e-05, rel=1e-10)


def test_mazur_says_which_figures_of_the_source_are_wrong(capsys):
    assert run(["train", "mazur", "--pictures", "none"]) == 0
    out = capsys.readouterr().out
    assert "each column is" in out
    assert out.count("≠") == 5
    assert "already updated" in out
    assert "w5 -3.89" in out


@pytest.mark.parametrize(("name", "figures"), [("two-layer", 4), ("three-layer", 6)])
def test_every_published_digit(name, figures, capsys):
    assert run(["train", name, "--pictures", "none"]) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if " = " in line or " ≠ " in line]
    assert len(lines) == figures
    assert all(" = " in line for line in lines)


def test_figures_of_the_source_are_not_claimed_for_other_settings(capsys):
    assert run(["train", "two-layer", "--learning-rate", "0.5", "--pictures", "none"]) == 0
    assert "source's figures" not in capsys.readouterr().out


@pytest.mark.parametrize("rows", ["1", "full"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_xor_is_solved_from_its_default_seed(activation, rows, capsys):
    found = train(capsys, "xor", "--activation", activation, "--batch-size", rows)
    assert found["ended"] == "target"
    assert found["metrics"]["accuracy"] == 1.0


def test_xor_says_that_some_starts_fail(capsys):
    run(["train", "xor", "--pictures", "none"])
    assert "From some starts a 2-2-1 network can't learn this" in capsys.readouterr().out


def test_circles_reach_the_original_target(capsys):
    found = train(capsys, "circles")
    assert found["network"] == "2-4-8-1 sigmoid"
    assert found["loss"]["train"] < 0.005
    assert found["metrics"]["accuracy"] > 0.99


def test_options_change_what_they_say(capsys):
    found = train(
        capsys, "circles", "--hidden", "6,5", "--activation", "tanh", "--loss",
        "softmax_cross_entropy", "--optimizer", "adam", "--batch-size", "50", "--epochs", "3",
        "--seed", "5", "--dtype", "float32", "--validation-size", "0.2", "--l2", "0.001",
    )  # fmt: skip
    assert found["network"] == "2-6-5-2 tanh softmax"
    assert (found["dtype"], found["seed"], found["epochs"]) == ("float32", 5, 3.0)
    assert found["steps"] == 3 * 8  # 400 rows left to train on, in batches of 50
    assert set(found["loss"]) == {"train", "validation", "test"}


def test_a_start_can_be_chosen(capsys, folder):
    """--init draws all weights anew and sets the biases to 0; the source's figures do not apply."""
    found = train(capsys, "mazur", "--init", "he_normal", "--steps", "1")
    assert "published" not in found
    training = answer(capsys, "info", found["run"], "--of", "0.b[0]", "--step", "0")
    assert training["value"] == 0
    train(capsys, "circles", "--init", "zeros", "--steps", "40", "--run", "z.chainrule")
    weights = answer(capsys, "info", "z.chainrule", "--of", "1.W", "--step", "0")["value"]
    assert not np.any(weights)


def test_patience_reports_the_best_state(capsys):
    found = train(
        capsys, "circles", "--validation-size", "0.2", "--patience", "1", "--learning-rate", "0.9",
        "--stop-below", "none", "--epochs", "2000",
    )  # fmt: skip
    assert found["ended"] == "no improvement"
    assert found["state"] < found["steps"]


def test_a_settings_file_gives_options_and_the_command_line_wins(capsys, folder):
    (folder / "s.toml").write_text('learning_rate = 0.01\nhidden = "3"\nsteps = 5\n')
    found = train(capsys, "circles", "--config", "s.toml", "--steps", "4")
    assert (found["network"], found["steps"]) == ("2-3-1 sigmoid", 4)
    assert answer(capsys, "info", found["run"])["training"]["learning_rate"] == 0.01


@pytest.mark.parametrize(
    ("content", "expected"),
    [("learning_rat = 1", "learning-rate"), ("steps = 'x'", "int"), ("steps =", "Invalid")],
)
def test_a_wrong_settings_file(content, expected, capsys, folder):
    (folder / "s.toml").write_text(content)
    assert expected in str(error_of(capsys, "train", "circles", "--config", "s.toml"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["train", "circle"], "Did you mean circles?"),
        (["trian", "circles"], "Did you mean train?"),
        (["train"], "name of a problem"),
        (["train", "circles", "--hiden", "3"], "--hidden"),
        (["train", "circles", "--epochs", "many"], "int"),
        (["train", "circles", "--epochs", "0"], "from 1 up"),
        (["train", "circles", "--epochs", "-3"], "from 1 up"),
        (["train", "circles", "--learning-rate", "0"], "above 0"),
        (["train", "circles", "--learning-rate", "nan"], "finite"),
        (["train", "circles", "--batch-size", "0"], "from 1 up"),
        (["train", "circles", "--batch-size", "some"], "full"),
        (["train", "circles", "--hidden", "4,x"], "whole numbers"),
        (["train", "circles", "--hidden", "0"], "from 1 up"),
        (["train", "circles", "--activation", "sigmoyd"], "Did you mean sigmoid?"),
        (["train", "circles", "--activation", "softmax"], "last layer only"),
        (["train", "circles", "--init", "zeroes"], "Did you mean zeros?"),
        (["train", "circles", "--init", "given"], "glorot_uniform"),
        (["train", "circles", "--loss", "square"], "Did you mean squared?"),
        (["train", "circles", "--optimizer", "adm"], "Did you mean adam?"),
        (["train", "circles", "--dtype", "float16"], "float32"),
        (["train", "circles", "--engine", "gpu"], "auto"),
        (["train", "circles", "--seed", "-1"], "from 0 up"),
        (["train", "circles", "--test-size", "2"], ""),
        (["train", "circles", "--validation-size", "1000"], "500"),
        (["train", "circles", "--stop-below", "soon"], "none"),
        (["train", "circles", "--animation", "mp4"], "webp"),
        (["train", "mazur", "--hidden", "3"], "shape"),
        (["resume"], "run file"),
        (["resume", "nothing.chainrule"], "nothing there"),
        (["plot", "nothing.chainrule"], "nothing there"),
        (["info", "nothing.chainrule"], "nothing there"),
        (["info", "nothing.safetensors"], "nothing there"),
        (["data", "irises"], "Known:"),
        (["data", "--output", "x.csv"], "NAME"),
    ],
)
def test_what_can_not_be_done_is_said_in_four_parts(arguments, expected, capsys):
    if expected == "":
        assert run([*arguments, "--steps", "1", "--pictures", "none", "--quiet"]) == 0
    else:
        assert expected in str(error_of(capsys, *arguments))


def test_nothing_is_left_behind_by_a_wrong_call(capsys, folder):
    error_of(capsys, "train", "circles", "--animation", "mp4")
    error_of(capsys, "train", "circles", "--activation", "sigmoyd")
    assert list(folder.iterdir()) == []


def test_a_number_that_is_not_finite_ends_with_1_and_a_run_that_can_be_read(capsys):
    found = train(
        capsys, "circles", "--learning-rate", "1e308", "--run", "bad.chainrule", code=1
    )  # fmt: skip
    assert "overflows" in found["error"]["got"]
    assert answer(capsys, "info", "bad.chainrule")["state"] == "not finite"


def test_runs_are_numbered_and_never_replaced_without_force(capsys):
    first = train(capsys, "xor", "--steps", "2")["run"]
    second = train(capsys, "xor", "--steps", "3")["run"]
    assert first != second
    assert "--force" in str(error_of(capsys, "train", "xor", "--run", first))
    assert train(capsys, "xor", "--steps", "4", "--run", first, "--force")["steps"] == 4


def test_resume_goes_on_to_the_bits_of_the_longer_run(capsys):
    one = train(capsys, "xor", "--steps", "700", "--stop-below", "none")["run"]
    other = train(capsys, "xor", "--steps", "300", "--stop-below", "none")["run"]
    assert "has not ended" in str(error_of(capsys, "resume", other))
    resumed = answer(capsys, "resume", other, "--steps", "700", "--pictures", "none")
    numbers = [
        answer(capsys, "info", path, "--of", name)["value"]
        for name in ("0.W", "0.b", "1.W", "1.b")
        for path in (one, other)
    ]
    assert resumed["steps"] == 700
    assert numbers[::2] == numbers[1::2]


def test_info_knows_addresses_and_the_source_s_own_names(capsys):
    path = train(capsys, "mazur", "--steps", "3")["run"]
    at = answer(capsys, "info", path, "--of", "w5", "--step", "1")
    assert at == {**at, "address": "1.W[0,0]", "step": 1, "value": 0.35891647971788465}
    assert answer(capsys, "info", path, "--of", " 1.W[0, 0]", "--step", "1")["value"] == at["value"]
    assert answer(capsys, "info", path, "--of", "0.W[:,1]", "--step", "0")["value"] == [0.25, 0.3]
    assert "w8" in error_of(capsys, "info", path, "--of", "w9")["do"]
    error_of(capsys, "info", path, "--of", "1.W[2,0]")
    error_of(capsys, "info", path, "--step", "9", "--of", "w1")


def test_info_says_what_runs_here(capsys):
    found = answer(capsys, "info")
    assert found["engine"] == choose(Spec.chain([2, 1])).name
    assert found["why"]
    assert len(found["fingerprint"]) == 12


def test_data_lists_and_writes(capsys, folder):
    listed = answer(capsys, "data")["problems"]
    assert [row["name"] for row in listed] == list(PROBLEMS)
    assert run(["data", "circles", "--output", "c.csv"]) == 0
    lines = (folder / "c.csv").read_text().splitlines()
    assert lines[0] == "x1,x2,class,part"
    assert len(lines) == 1001
    assert lines[1].split(",")[2] in ("outside", "inside")
    capsys.readouterr()
    assert "--force" in str(error_of(capsys, "data", "circles", "--output", "c.csv"))
    assert run(["data", "xor", "--output", "-"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "x1,x2,class,part"


def test_no_data_keeps_the_rows_out(capsys):
    path = train(capsys, "circles", "--steps", "5", "--no-data")["run"]
    assert answer(capsys, "info", path)["holds_data"] is False
    assert answer(capsys, "resume", path, "--steps", "9", "--pictures", "none")["steps"] == 9


def test_pictures_are_made_by_default_and_listed(capsys):
    found = answer(capsys, "train", "xor", "--steps", "50", "--animation", "none")
    assert found["pictures"]
    assert all(Path(path).stat().st_size > 0 for path in found["pictures"])
    again = answer(capsys, "plot", found["run"], "--animation", "none")
    assert again["pictures"] == found["pictures"]
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep me")
    assert "notes.txt" in str(error_of(capsys, "plot", found["run"], "--pictures", "mine"))


def test_some_pictures_only(capsys):
    path = train(capsys, "circles", "--steps", "3")["run"]
    found = answer(capsys, "plot", path, "--only", "network, confusion")
    assert [Path(name).name for name in found["pictures"]] == ["confusion.png", "network.svg"]
    assert "predicted" in str(error_of(capsys, "plot", path, "--only", "predicted"))
    assert "'nets'" in str(error_of(capsys, "plot", path, "--only", "nets"))


def test_the_help_of_only_names_every_picture(capsys):
    from chainrule.plots import KINDS

    assert run(["plot", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(f" {name}" in said for name in KINDS)


def test_several_runs_are_one_picture(capsys):
    runs = [train(capsys, "circles", "--steps", "9", "--seed", str(k))["run"] for k in range(4)]
    two = answer(capsys, "plot", *runs[:2])
    assert two["runs"] == runs[:2]
    assert two["pictures"] == [
        str(Path("runs/circles-1+circles-2") / name) for name in ("runs.png", "index.html")
    ]
    assert answer(capsys, "plot", *runs[:2])["pictures"] == two["pictures"]
    four = answer(capsys, "plot", *runs)["pictures"]
    assert Path(four[0]).parent.name.startswith("circles-1+3-others-")
    mine = answer(capsys, "plot", *runs[2:], "--pictures", "mine")["pictures"]
    assert [str(Path(name).parent) for name in mine] == ["mine", "mine"]
    assert "--force" in str(error_of(capsys, "plot", *runs[2:], "--pictures", "mine"))
    assert "one run" in str(error_of(capsys, "plot", *runs, "--only", "error"))
    assert "nothing there" in str(error_of(capsys, "plot", runs[0], "none.chainrule"))


def test_no_matplotlib_is_said_and_the_run_is_kept(capsys, monkeypatch):
    import sys

    for name in [n for n in sys.modules if n.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    for name in [n for n in sys.modules if n.startswith("chainrule.plots.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run(["train", "xor", "--steps", "5", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["pictures"] == []
    assert "chainrule[plot]" in shown.err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command(name, capsys):
    assert run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert "--json" in out
    assert "--quiet" in out


def test_quiet_prints_nothing(capsys):
    assert run(["train", "xor", "--steps", "3", "--pictures", "none", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_mistake_of_ours_is_one_message_too(capsys, monkeypatch):
    monkeypatch.setattr("chainrule.data.problems.find", lambda name: 1 / 0)
    monkeypatch.delenv("CHAINRULE_TRACEBACK", raising=False)
    assert run(["data", "xor"]) == 1
    assert "mistake in chainrule" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("printed", "ours", "same"),
    [("0.0123", 0.01234, True), ("0.0123", 0.01225, True), ("0.0123", 0.0125, False)],
)
def test_printed_digits_are_compared_at_their_own_length(printed, ours, same):
    assert matches(printed, ours) is same


def test_the_sparkline_falls_with_the_loss():
    assert sparkline([100, 10, 1], width=3) == "█▅▁"
    assert sparkline([0.0]) == "→"


def test_the_working_folder_alone_is_written_to(capsys, folder):
    train(capsys, "xor", "--steps", "3")
    assert os.listdir(folder) == ["runs"]


def test_export_writes_a_model_that_answers(capsys, folder):
    import chainrule

    path = train(capsys, "xor")["run"]
    found = answer(capsys, "export", path, "--output", "m.safetensors")
    assert found["to"] == "safetensors"
    answers = chainrule.load(found["model"]).predict([[0, 1], [1, 1]])
    assert answers["prediction"].tolist() == [1, 0]
    assert "--force" in str(error_of(capsys, "export", path, "--output", "m.safetensors"))
    answer(capsys, "export", path, "--output", "m.safetensors", "--step", "0", "--force")
    assert answer(capsys, "info", "m.safetensors")["network"] == "2-2-1 sigmoid"


def test_a_table_in_a_settings_file_is_not_passed_over(capsys, folder):
    (folder / "s.toml").write_text("[train]\nlearning_rate = 1\n")
    assert "[train]" in str(error_of(capsys, "train", "circles", "--config", "s.toml"))


def test_config_is_an_option_of_train_alone(capsys, folder):
    (folder / "s.toml").write_text("steps = 1\n")
    assert "--config" in str(error_of(capsys, "resume", "x.chainrule", "--config", "s.toml"))


def test_the_last_lines_propose_what_changes_something(capsys):
    run(["train", "three-layer", "--steps", "5", "--pictures", "none"])
    out = capsys.readouterr().out
    assert "--seed" not in out
    assert "resume" in out
    run(["train", "circles", "--steps", "5", "--pictures", "none"])
    assert "--seed 1" in capsys.readouterr().out


def test_the_help_names_every_row_of_the_tables():
    from chainrule.cli.options import TrainOptions
    from chainrule.core.activations import ACTIVATIONS
    from chainrule.core.initializers import INITIALIZERS
    from chainrule.core.losses import LOSSES
    from chainrule.core.optimizers import OPTIMIZERS
    from chainrule.core.schedules import SCHEDULES

    text = str(typing.get_type_hints(TrainOptions, include_extras=True))
    hidden = [row.name for row in ACTIVATIONS.values() if not row.output_only]
    drawn = set(INITIALIZERS) - {"given", "numpy_legacy"}  # these need numbers of their own
    rows = [*hidden, *LOSSES, *OPTIMIZERS, *SCHEDULES, *drawn]
    assert [name for name in rows if name not in text] == []


def test_every_setting_of_a_training_from_the_command_line(capsys):
    line = (
        "train circles --steps 6 --pictures none --hidden 4 --activation gelu --init orthogonal "
        "--loss binary_cross_entropy --label-smoothing 0.1 --drop-probability 0.25 "
        "--class-weight 1,2 --optimizer adamw(decay=0.1) --l1 0.001 "
        "--schedule warm_up(steps=3,then=cosine) "
        "--decay 0.01 --clip-norm 0.5 --run all.chainrule"
    )
    assert run(line.split()) == 0
    out = capsys.readouterr().out
    assert "adamw(decay=0.1), learning rate 0.01 (warm_up(steps=3, then=cosine))" in out
    assert "loss binary_cross_entropy(label_smoothing=0.1)" in out
    assert "with      dropout 0.25, l1 0.001, decay 0.01, clip norm 0.5, weights of classes" in out
    with RunFile("all.chainrule") as held:
        spec, training = held.spec, held.training
    assert spec.drops == ((0, 0.25),)
    assert spec.loss == BinaryCrossEntropy(0.1)
    assert training.schedule == WarmUp(3, Cosine())
    assert (training.l1, training.decay, training.clip_norm) == (0.001, 0.01, 0.5)
    assert training.class_weight == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--label-smoothing", "0.1"], "softmax_cross_entropy"),
        (["--class-weight", "heavy"], "balanced"),
        (["--class-weight", "1"], "class_weight"),
        (["--drop-probability", "1.5"], "drop_probability"),
        (["--drop-probability", "0.5", "--hidden", "none"], "hidden layers"),
        (["--init", "uniform(low=a)"], "low"),
        (["--schedule", "cosin"], "Did you mean cosine?"),
        (["--loss", "huber(delta=0)"], "delta"),
        (["--clip-norm", "0"], "clip_norm"),
    ],
)
def test_settings_that_can_not_be(arguments, expected, capsys):
    assert expected in str(error_of(capsys, "train", "circles", *arguments))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["train", "circles", "--hidden", ""], "none"),
        (["info", "r.chainrule", "--step", "3"], "--of"),
        (["export"], "run file"),
        (["export", "nothing.chainrule"], "nothing there"),
    ],
)
def test_more_that_can_not_be_done(arguments, expected, capsys):
    assert expected in str(error_of(capsys, *arguments))


@pytest.mark.parametrize("option", ["--l2", "--learning-rate", "--patience", "--epochs", "--decay"])
def test_none_is_no_number(option, capsys):
    for words in ([option, "none"], [f"{option}=None"]):
        assert run(["train", "xor", *words]) == 2
        said = capsys.readouterr().err
        assert option in said
        assert "needs a number" in said
