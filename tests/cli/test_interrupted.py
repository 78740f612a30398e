"""Ctrl-C before there is anything to interrupt."""

import builtins
import os
import signal

import pytest

from chainrule import cli
from chainrule.cli.interrupt import at_once


def test_ctrl_c_while_the_program_is_loaded_is_no_traceback(monkeypatch):
    whole = builtins.__import__

    def interrupted(name, *more):
        if name == "chainrule.cli.app":
            raise KeyboardInterrupt
        return whole(name, *more)

    monkeypatch.setattr("sys.argv", ["chainrule", "studio"])
    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130


def test_while_there_is_nothing_to_lose_ctrl_c_ends_the_process_at_once(monkeypatch):
    """Without a KeyboardInterrupt, which an import may swallow with its lock held."""
    left, before = [], signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(os, "_exit", left.append)
    with at_once():
        signal.raise_signal(signal.SIGINT)
    assert left == [130]
    assert signal.getsignal(signal.SIGINT) is before
