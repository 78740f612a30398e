"""The console command as a process: signals, pipes, exit codes, a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "chainrule"]
LONG = ["train", "xor", "--stop-below", "none", "--epochs", "100000000", "--pictures", "none"]


def start(folder, *arguments, **more):
    return subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


def done(folder, *arguments):
    return subprocess.run(
        [*COMMAND, *arguments], cwd=folder, text=True, capture_output=True, timeout=60, check=False
    )


def wait_for_first_line(process):
    """The first line on stderr is written when training is under way."""
    assert "step 0" in process.stderr.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_130_and_it_resumes(number, tmp_path):
    process = start(tmp_path, *LONG, "--json")
    wait_for_first_line(process)
    time.sleep(0.3)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    found = json.loads(out)
    assert found["ended"] == "interrupted"
    assert found["steps"] > 0
    more = str(found["steps"] + 100)
    again = done(
        tmp_path, "resume", found["run"], "--steps", more, "--pictures", "none", "--json"
    )  # fmt: skip
    assert json.loads(again.stdout)["steps"] == int(more)


def test_a_broken_pipe_is_quiet(tmp_path):
    process = start(tmp_path, "data", "circles", "--output", "-")
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=20)
    process.stderr.close()
    assert err == ""


def test_a_second_writer_is_refused_while_the_first_one_works(tmp_path):
    process = start(tmp_path, *LONG, "--run", "one.chainrule")
    wait_for_first_line(process)
    second = done(tmp_path, "resume", "one.chainrule", "--json")
    third = done(tmp_path, *LONG, "--run", "one.chainrule", "--force", "--json")
    reader = done(tmp_path, "info", "one.chainrule", "--json")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    for refused in (second, third):
        assert refused.returncode == 1
        assert "only writer" in json.loads(refused.stdout)["error"]["needs"]
    assert json.loads(reader.stdout)["source"] == "xor"
    assert process.returncode == 130


def test_version_and_help_as_a_process(tmp_path):
    assert done(tmp_path, "--version").stdout.startswith("chainrule 0.")
    assert "train" in done(tmp_path, "--help").stdout


def test_on_a_terminal_a_bar_is_drawn(tmp_path):
    pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *LONG, "--steps", "30000"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(slave)
    seen = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(master)
    assert process.wait(timeout=30) == 0
    assert "━".encode() in seen
    assert b"30000/30000" in seen


def test_import_chainrule_loads_numpy_and_the_standard_library_only():
    """And not even NumPy, before a name is used."""
    program = (
        "import sys; before = set(sys.modules); import chainrule; "
        "tops = {m.partition('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(tops - set(sys.stdlib_module_names) - {'chainrule', 'numpy'}), "
        "len([m for m in sys.modules if m.startswith('chainrule')]))"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == "[] 1"


@pytest.mark.parametrize("name", ["Network", "Spec", "Training", "record", "Conventions"])
def test_the_core_needs_numpy_alone(name):
    blocked = ["safetensors", "rich", "cyclopts", "matplotlib"]
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({blocked})); "
        f"import chainrule; chainrule.{name}; print('ok')"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert out.stdout.strip() == "ok", out.stderr


def test_no_connection_off_the_machine_is_even_tried(tmp_path):
    """A whole training, with pictures, in a process where every socket is an error."""
    guard = tmp_path / "sitecustomize.py"
    guard.write_text(
        "import os, socket\n"
        "class Refused(socket.socket):\n"
        "    def __init__(self, *a, **k):\n"
        "        os.write(2, b'a socket was opened')\n"
        "        os._exit(7)\n"
        "socket.socket = Refused\n"
    )
    source = Path(__file__).resolve().parents[2] / "src"
    path = os.pathsep.join([str(tmp_path), str(source)])
    process = subprocess.run(
        [*COMMAND, "train", "xor", "--steps", "20", "--json", "--animation", "none"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    check = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "a socket was opened" in check.stderr  # the guard itself works


def test_a_code_page_without_our_signs_is_no_error(tmp_path):
    process = subprocess.run(
        [*COMMAND, "train", "xor", "--steps", "4", "--pictures", "none"], cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"}, capture_output=True, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    assert b"xor-1.chainrule" in process.stdout


def test_nobody_reading_does_not_stop_the_work(tmp_path):
    process = start(
        tmp_path, "train", "circles", "--epochs", "300", "--stop-below", "none",
        "--run", "p.chainrule", "--pictures", "none",
    )  # fmt: skip
    process.stdout.close()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert json.loads(done(tmp_path, "info", "p.chainrule", "--json").stdout)["steps"] == 300
