"""A program runs in a process of its own: what it may see, what is said of it, and what is left."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from chainrule.checker.sandbox import observe, observe_callable, wall
from chainrule.checker.sandbox.source import load
from chainrule.checker.sandbox.words import clean
from tests.checker.hostile.programs import SOUND
from tests.helpers import refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes of POSIX")
READER = "stand_in"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "hostile")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield tmp_path
    assert list((tmp_path / "tmp").iterdir()) == [], "a folder was left behind"


def seen(place, source, name="my_net.py", seconds=5.0):
    path = place / name
    path.write_text(source, encoding="utf-8")
    return observe(path, seconds=seconds, reader=READER)


@pytest.mark.parametrize("walled", [True, False])
def test_a_program_is_read_and_its_output_kept(walled, place, monkeypatch):
    if walled and not wall.stands():
        assert "CI" not in os.environ, "CI has bubblewrap, and it has to work"
        pytest.skip("bubblewrap is not installed, or namespaces are forbidden here")
    monkeypatch.setattr(wall, "stands", lambda: walled)
    found = seen(place, "print('here I am')\n" + SOUND)
    assert (found.error, found.isolated, found.said) == (None, walled, "here I am\n")
    assert found.readings[0].calls[0].gradients[0].W.shape == (3, 4)


def test_no_right_answer_is_in_the_process_that_runs_it(place):
    """Only the core's formulas for draws and shapes; no loss, no engine, no judge."""
    path = place / "my_net.py"
    path.write_text(
        "import sys\nprint(*sorted(m for m in sys.modules if 'chainrule' in m))\n" + SOUND
    )
    found = observe(path)  # with the real reader of programs
    modules = {name.removeprefix("chainrule.") for name in found.said.split()} - {"chainrule"}
    answers = ("core.losses", "core.activations", "engine", "gradcheck", "checker.judge",
               "checker.truth", "checker.mistakes", "checker.sandbox", "checker.api")  # fmt: skip
    assert {m for m in modules if m.startswith(answers)} == set()
    assert "checker.transport" in modules


def test_files_beside_it_come_along(place):
    (place / "my_layers.py").write_text("rate = 0.5\n")
    (place / "data").mkdir()
    np.savetxt(place / "data.csv", np.eye(2))
    np.savetxt(place / "data" / "more.csv", np.eye(3))
    head = "import numpy as np, my_layers\nprint(my_layers.rate, np.loadtxt('data.csv').sum(), "
    found = seen(place, head + "np.loadtxt('data/more.csv').sum())\n" + SOUND)
    assert found.error is None
    assert found.said.split() == ["0.5", "2.0", "3.0"]


def test_it_can_write_into_its_folder(place):
    found = seen(
        place, "open('weights.txt', 'w').write('x')\nprint(open('weights.txt').read())\n" + SOUND
    )
    assert (found.error, found.said) == (None, "x\n")
    assert not (place / "weights.txt").exists()


def test_drawing_costs_nothing(place):
    head = (
        "import matplotlib.pyplot as plt\nimport seaborn as sns\nfrom mpl_toolkits import mplot3d\n"
        "fig, (a, b) = plt.subplots(1, 2)\nfor ax in plt.gcf().axes: pass\n"
        "with plt.style.context('x'): plt.plot([1])\nplt.rcParams['a'] = 3\nplt.show()\n"
    )
    assert seen(place, head + SOUND).error is None


def test_what_was_defined_before_an_error_is_read(place):
    found = seen(place, SOUND + "\nimport numpy\nnumpy.loadtxt('there is none')\n")
    assert found.readings[0].notes[0].startswith("stopped by FileNotFoundError")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\nx.shape\n", ["AttributeError", "line 2 (`x.shape`)"]),
        ("import helper\n", ["ZeroDivisionError", "line 1 (`import helper`)"]),
        ("import numpy as np\nnp.ones(3) @ np.ones(2)\n", ["ValueError", "line 2"]),
        ("def f(:\n", ["SyntaxError", "line 1"]),
        ("import not_there.at_all\n", ["the module not_there", "line 1"]),
        ("input()\n", ["input()", "line 1"]),
        ("import sys\nsys.exit()\n", ["exit", "line 2"]),
    ],
)
def test_what_goes_wrong_is_said_with_its_line(source, words, place):
    (place / "helper.py").write_text("1 / 0\n")
    found = seen(place, source)
    assert found.readings == ()
    assert found.error.startswith("my_net.py: needs ")
    for word in words:
        assert word in found.error


def notebook(*cells):
    return json.dumps({"cells": [{"cell_type": t, "source": s} for t, s in cells], "nbformat": 4})


def test_a_notebook_is_read_cell_by_cell(place):
    text = notebook(
        ("markdown", "# My net"),
        ("code", ["%matplotlib inline\n", "import numpy as np\n", "!pip install numpy\n", "np?"]),
        ("code", "%%bash\nrm -rf /"),
        (
            "code",
            "if True:\n    %time\n%%time is no magic here\n" if False else "if True:\n    %time",
        ),
        ("code", SOUND),
    )
    assert seen(place, text, "my_net.ipynb").error is None


def test_an_error_in_a_notebook_is_said_with_its_cell(place):
    found = seen(place, notebook(("code", "x = 1"), ("code", "y = 2\nx.shape")), "my_net.ipynb")
    assert "cell 2, line 2 (`x.shape`)" in found.error


def test_a_remainder_is_no_magic():
    assert "% n" in load("x = (7\n   % n)\n").text


def test_coding_lines_and_marks_are_understood(place):
    path = place / "latin.py"
    path.write_bytes("# coding: latin-1\nx = 'é'\r\n".encode("latin-1"))
    assert load(path).text.endswith("x = 'é'\n")
    path.write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert load(path).text == "x = 1\n"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.py", b"", ["empty"]),
        ("a.py", b"x = '\xe9'\n", ["UTF-8"]),
        ("a.py", b"# coding: no-such-code\n", ["UTF-8", "no-such-code"]),
        ("a.py", b"x = 1\n\0", ["NUL", "line 2"]),
        ("a.py", b"#" * (3 * 2**20), ["2 MB"]),
        ("a.ipynb", b"no json", ["notebook"]),
        ("a.ipynb", b'{"cells": 3}', ["notebook"]),
        ("a.ipynb", b"[" * 10**6, ["notebook"]),
        ("a.ipynb", b'{"cells": []}', ["empty"]),
    ],
)
def test_what_is_no_program_is_refused(name, data, words, place):
    (place / name).write_bytes(data)
    with refused(name, *words):
        load(place / name)


def test_paths_that_lead_nowhere_are_refused(place):
    (place / "net.py").write_text("x = 1")
    with refused("folder", "net.py"):
        load(place)
    with refused("No such file", "net.py"):
        load(place / "nett.py")
    with refused("NUL"):
        load("a\0.py")
    os.mkfifo(place / "pipe.py")
    with refused("something else"):
        load(place / "pipe.py")


def test_a_text_of_a_program_moves_no_cursor():
    assert clean("a\x1b[2J\x07b\nc\u202ed\ud800") == "a [2J b\nc d?"


# ------------------------------------------------------------------------------- live functions


def gradient(params, X, y):
    print("called")
    d1 = X @ params["W1"]
    return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": params["W2"], "b2": params["b2"]}


def test_a_live_function_is_read_in_a_fork(capfd):
    found = observe_callable(gradient, reader=READER)
    assert (found.error, found.isolated, found.said) == (None, False, "called\ncalled\n")
    assert capfd.readouterr().out == ""


def test_a_function_around_a_function_is_read():
    found = observe_callable(functools.partial(gradient), reader=READER)
    assert "gradient" in found.error or found.readings


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (lambda: 1 / 0, ["ZeroDivisionError", "line "]),
        (lambda: os._exit(0), ["ends itself"]),
        (lambda: time.sleep(60), ["still running", "line "]),
        (lambda: os.fork(), ["another process"]),
        (lambda: Path("/tmp/chainrule-mark").write_text("x"), ["outside its folder"]),
        (lambda: os.kill(os.getppid(), signal.SIGKILL), ["signal"]),
        (lambda: np.ones(10**11), ["MemoryError"]),
    ],
)
def test_a_live_function_can_do_no_harm(body, words):
    def gradient(params, X, y):
        body()

    found = observe_callable(gradient, reader=READER, seconds=1)
    for word in words:
        assert word in found.error


# --------------------------------------------------------------------------------- interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_check_leaves_nothing(number, place):
    (place / "loop.py").write_text("def f():\n    pass\nwhile True:\n    pass\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "chainrule", "check", "loop.py", "--seconds", "60"], cwd=place,
        env={**os.environ, "TMPDIR": str(place / "tmp")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + 20
    while not list((place / "tmp").glob("*/work")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, ""), err
    lines = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if _readable(p)]
    assert not [line for line in lines if str(place).encode() in line]


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False
