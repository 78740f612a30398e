"""Every command's help ends with lines to try, and each of them is one that it takes."""

import shlex

import pytest

from chainrule.cli.app import COMMANDS, make_app, run
from chainrule.cli.examples import EXAMPLES


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_lines_to_try(name, capsys):
    assert run([name, "--help"]) == 0
    _, _, tried = capsys.readouterr().out.partition("Try:")
    assert [each.strip() for each in tried.splitlines() if each.strip()] == [
        f"chainrule {line}" for line in EXAMPLES[name]
    ]
    for line in EXAMPLES[name]:
        command, bound, *_ = make_app().parse_args(shlex.split(line), exit_on_error=False,
                                                   print_error=False)  # fmt: skip
        assert command is COMMANDS[name]
        assert bound is not None
