"""Ctrl-C before there is anything to interrupt."""

import builtins

import pytest

from chainrule import cli


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
