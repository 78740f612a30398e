"""`chainrule doctor`, and the doctor's line after every training."""

from __future__ import annotations

import json

import pytest

from chainrule.cli.app import run
from chainrule.training import starts
from tests.doctor.programs import program


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys, line, code=0):
    """What a command prints on stdout."""
    assert run(line.split()) == code
    return capsys.readouterr().out


def answered(capsys, line, code=0):
    return json.loads(said(capsys, f"{line} --json", code))


TRAIN = "train xor --epochs 3000 --pictures none --run"


def test_a_healthy_run(capsys):
    assert "doctor    healthy\n" in said(capsys, f"{TRAIN} a.chainrule --stop-below 0.06")
    assert said(capsys, "doctor a.chainrule") == "Healthy: nothing was found.\n"
    found = answered(capsys, "doctor a.chainrule")
    assert (found["schema"], found["command"], found["of"]) == (1, "doctor", "a.chainrule")
    assert (found["cause"], found["findings"], found["starts"]) == ("healthy", [], None)


def test_an_ill_run(capsys):
    line = f"{TRAIN} a.chainrule --learning-rate 1e-6"
    assert "doctor    learning rate too low since step 0" in (out := said(capsys, line))
    assert "chainrule doctor a.chainrule" in out
    out = said(capsys, "doctor a.chainrule", code=1)
    assert "learning rate too low, since step 0\n" in out
    assert "Start again with a learning rate of 3, since later steps add up." in out
    assert "1 more: --all shows it." in out
    assert "loss stands still" not in out
    assert "loss stands still" in said(capsys, "doctor a.chainrule --all", code=1)
    found = answered(capsys, "doctor a.chainrule", code=1)
    assert found["findings"][0]["id"] == "rate_too_low"
    assert found["findings"][0]["evidence"]["learning_rate"] == 1e-6


def test_a_run_that_was_stopped_early(capsys):
    """The project's own default, 620 steps to its target, is not accused of a wrong rate."""
    for epochs in (50, 100, 200, 300):
        line = f"train circles --epochs {epochs} --stop-below none --pictures none --force"
        out = said(capsys, f"{line} --run a.chainrule")
        assert f"doctor    stopped too early since step {epochs}" in out
        out = said(capsys, "doctor a.chainrule", code=1)
        assert "Train longer: chainrule resume a.chainrule --steps " in out
        assert "learning rate" not in out
    assert "half of what a constant answer has" in out
    said(capsys, "resume a.chainrule --steps 620 --pictures none")
    assert said(capsys, "doctor a.chainrule").startswith("Healthy: nothing was found.\n")


def test_a_well_run_that_misses_its_target_says_so(capsys):
    out = said(capsys, "train mazur --steps 50 --pictures none --run m.chainrule")
    assert "doctor    healthy, with a note: chainrule doctor m.chainrule\n" in out
    out = said(capsys, "doctor m.chainrule")
    assert out.startswith("Healthy: nothing was found.\n  The loss was still falling at the end")
    assert "resume m.chainrule" in " ".join(out.split())


def test_consequences_name_their_cause(capsys):
    said(capsys, "train circles --steps 100 --learning-rate 50 --pictures none --run a.chainrule")
    out = said(capsys, "doctor a.chainrule", code=1)
    assert out.startswith("learning rate too high, since step 0\n")
    assert "saturated units, since step 1; most likely because of: learning rate too high\n" in out
    assert out.count("since step") == 3
    found = answered(capsys, "doctor a.chainrule", code=1)["findings"]
    assert [each["because"] for each in found] == [None, *["rate_too_high"] * (len(found) - 1)]


def test_a_problem_is_no_run(capsys):
    assert run(["doctor", "xor"]) == 2
    assert "chainrule doctor --why-stuck xor" in capsys.readouterr().err


def test_the_line_is_in_the_object_of_train_and_resume(capsys):
    found = answered(capsys, "train xor --steps 40 --pictures none --run a.chainrule")
    assert found["doctor"]["schema"] == 1
    assert found["doctor"]["cause"] in ("healthy", "settings")
    found = answered(capsys, "resume a.chainrule --steps 80 --pictures none")
    assert set(found["doctor"]) == {"schema", "cause", "findings", "starts", "notes"}


def test_quiet_prints_nothing(capsys):
    said(capsys, f"{TRAIN} a.chainrule --learning-rate 1e-6 --quiet")
    assert said(capsys, "doctor a.chainrule --quiet", code=1) == ""


def test_why_stuck(capsys):
    said(capsys, f"{TRAIN} a.chainrule --seed 0")
    out = said(capsys, "doctor --why-stuck a.chainrule --starts 12", code=1)
    assert out.startswith("Bad luck: ")
    assert "of 12 starts end like this" in out
    found = answered(capsys, "doctor --why-stuck a.chainrule --starts 12", code=1)
    assert found["cause"] == "bad luck"
    assert found["starts"]["of"] == 12


def test_the_advice_names_the_run(capsys):
    said(capsys, f"{TRAIN} a.chainrule --seed 0 --epochs 6000".replace("--epochs 3000 ", ""))
    assert "--why-stuck a.chainrule" in said(capsys, "doctor a.chainrule", code=1)


@pytest.mark.parametrize(
    "line",
    ["doctor", "doctor a.chainrule --why-stuck xor", "doctor none.chainrule",
     "doctor --why-stuck none", "doctor a.chainrule --data xor", "doctor --why-stuck xor --steps 9",
     "doctor --why-stuck xor --starts 0"],
)  # fmt: skip
def test_misuse(line, capsys):
    assert run(line.split()) == 2
    assert capsys.readouterr().err.startswith("chainrule")


def test_ctrl_c_keeps_what_is_known(capsys, monkeypatch):
    """A signal ends the starts at their next look, and the screen says how far they were."""
    import signal

    monkeypatch.setattr(starts, "POLL", -1.0)
    real = starts._Starts._judged

    def judged(self, at, them, step, look):
        if step > 0:
            signal.raise_signal(signal.SIGINT)
        return real(self, at, them, step, look)

    monkeypatch.setattr(starts._Starts, "_judged", judged)
    assert run(["doctor", "--why-stuck", "xor", "--starts", "5"]) == 130
    assert "a stop at step" in capsys.readouterr().err


def test_progress_on_a_terminal_and_elsewhere(capsys, monkeypatch):
    monkeypatch.setattr(starts, "POLL", -1.0)
    monkeypatch.setattr("chainrule.cli.progress.SECONDS", -1.0)
    assert run(["doctor", "--why-stuck", "mazur"]) == 0
    assert "0 starts have ended\n" in capsys.readouterr().err
    monkeypatch.setattr("chainrule.cli.screen.Screen.is_live", True)
    assert run(["doctor", "--why-stuck", "mazur"]) == 0
    assert "10000/10000, 1 starts have ended" in capsys.readouterr().err


def test_a_program_with_a_mistake(capsys, monkeypatch):
    from chainrule.checker.verdict import Mistake, Verdict

    slope = Mistake(29, "slope", "hidden delta", 0, "The slope is missing.", "", "f'(z)", "1")
    monkeypatch.setattr("chainrule.checker.api.check", lambda path: Verdict("wrong", (slope,)))
    out = said(capsys, "doctor --why-stuck net.py", code=1)
    assert out.startswith("Bug: the program has a mistake.\n\nslope\n  The slope is missing.\n")
    assert answered(capsys, "doctor --why-stuck net.py", code=1)["cause"] == "bug"


def test_a_right_program_is_started_again_and_again(capsys, folder):
    (folder / "net.py").write_text(program("script"), encoding="utf-8")
    out = said(capsys, "doctor --why-stuck net.py --starts 20", code=1)
    assert out.startswith("Bad luck: ")
    assert "of 20 starts end like this" in out
    assert "Read from net.py: 2-2-1 sigmoid, half squared error" in out
    found = answered(capsys, "doctor --why-stuck net.py --starts 20", code=1)
    assert found["cause"] == "bad luck"
    assert found["settings"]["sizes"] == [2, 2, 1]
    assert found["settings"]["steps"] == 4000
    assert found["settings"]["start"]["seeded"] is True


def test_a_program_with_settings_of_ones_own(capsys, folder):
    (folder / "net.py").write_text(program("script"), encoding="utf-8")
    line = "doctor --why-stuck net.py --starts 5 --learning-rate 1e-5 --epochs 300"
    out = said(capsys, line, code=1)
    assert out.startswith("Settings: 5 of 5 starts")
    assert "learning rate too low" in out
    assert "Given: --learning-rate, --epochs." in out


def test_a_program_that_never_trains(capsys, folder):
    (folder / "net.py").write_text(program("functions", call=""), encoding="utf-8")
    out = said(capsys, "doctor --why-stuck net.py", code=2)
    assert out.startswith("No starts were trained")
    assert "No mistake was found in the program." in out
    assert answered(capsys, "doctor --why-stuck net.py", code=2)["cause"] == "unknown"


def test_ctrl_c_while_a_program_is_started(capsys, folder, monkeypatch):
    import signal

    (folder / "net.py").write_text(program("script"), encoding="utf-8")
    monkeypatch.setattr(starts, "POLL", -1.0)
    real = starts._Starts._judged

    def judged(self, at, them, step, look):
        if step > 0:
            signal.raise_signal(signal.SIGINT)
        return real(self, at, them, step, look)

    monkeypatch.setattr(starts._Starts, "_judged", judged)
    assert run(["doctor", "--why-stuck", "net.py", "--starts", "5"]) == 130
    assert "a stop at step" in capsys.readouterr().err
