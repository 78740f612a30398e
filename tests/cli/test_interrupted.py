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


def test_where_ctrl_c_is_ignored_it_stays_so(monkeypatch):
    """As for a program in the background of a script: it is not the one that is meant."""
    monkeypatch.setattr(os, "_exit", lambda code: pytest.fail("it ends"))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
