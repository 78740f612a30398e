"""Why there is nothing to judge, said to the one who wrote the program."""

from __future__ import annotations

import re
import signal

from chainrule.checker.inside import CLOSED, LOOP
from chainrule.checker.sandbox.process import Ran
from chainrule.checker.sandbox.source import Source
from chainrule.checker.transport import Failure
from chainrule.core.errors import TaskError

FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$', re.MULTILINE)
CONTROL = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
LONGEST = 400  # characters of a text that a program made up
PLACE = re.compile(r"^answer\.readings\[\d+\]\.(calls\[\d+\]\.)?")  # of no use to a learner
ELSEWHERE = re.compile(r"(^|[\s'\"])(/|\.\.[/\\]|~|[A-Za-z]:[/\\])")  # a path to another folder
MISSING = re.compile(r"No module named '?([\w.]+)")


def clean(text: str, longest: int = LONGEST) -> str:
    """A text from a program, fit for a terminal: one that can't move the cursor or turn around."""
    short = text if len(text) <= longest else f"{text[:longest]}..."
    return CONTROL.sub(" ", short.encode("utf-8", "replace").decode())


def of_end(ran: Ran, source: Source, seconds: float) -> str:
    """The process ended, or was ended, without an answer."""
    where = _where(ran.trace, source)
    if ran.over == "time" or ran.code in (-_signal("SIGXCPU"), 128 + _signal("SIGXCPU")):
        return _too_long(source, where, f"to be done within {seconds:g} s", more=True)
    if ran.over == "stopped":
        return _said(source, "time to come to its end", f"stopped before{where}", "Check it again.")
    if ran.over == "output":
        return _said(
            source, "to print less than 50 MB", f"more than that{where}",
            "Take the print out of the loop.",
        )  # fmt: skip
    if ran.over == "result":
        return of_pipe("more than 64 MB", source)
    if ran.said.startswith("bwrap: "):  # the wall broke, not the program
        return _ours(Failure("ours", "bubblewrap", ran.said.strip()), source)
    name = _name_of(ran.code)
    if name:
        return _said(
            source, "a program that comes to its end", f"one that was ended by {name}{where}",
            "Endless recursion and too much memory do that; so does code that is not Python.",
        )  # fmt: skip
    if ran.code in (None, CLOSED):
        return _said(
            source, "the pipe to the checker left alone", "one that closes it",
            "Does the program close files by their number, os.close(n)?",
        )  # fmt: skip
    return _said(
        source, "a program that can be called", f"one that ends itself (exit code {ran.code})",
        "Take os._exit and the like out, or put them under `if __name__ == \"__main__\":`.",
    )  # fmt: skip


def of_pipe(what: str, source: Source) -> str:
    """Something is in the pipe that is no answer of ours."""
    return _said(
        source, "the pipe to the checker left alone", f"bytes in it that are no answer: {what}",
        "The program wrote into our pipe. Does it write into files by their number, os.write(n)?",
    )  # fmt: skip


def of_failure(failure: Failure, source: Source) -> str:
    """The program raised something, or was stopped."""
    if failure.kind == "time":
        needs = f"the lines outside of its functions to be done within {clean(failure.text)} s"
        return _too_long(source, _at(failure, source), needs, more=failure.text != f"{LOOP:g}")
    if failure.patched and failure.kind not in ("syntax", "exit", "input"):
        return _patched(failure, source)
    says = _SAYINGS.get(failure.kind, _exception)
    return says(failure, source)


def _too_long(source: Source, where: str, needs: str, *, more: bool) -> str:
    """more: with more seconds it may come to its end; only who named a file can give them."""
    allow = ", or allow more with --seconds" if more and source.folder is not None else ""
    return _said(
        source, needs, f"a program that is still running{where}",
        f"Does each loop end? Put training under `if __name__ == \"__main__\":`{allow}.",
    )  # fmt: skip


def _patched(failure: Failure, source: Source) -> str:
    return _said(
        source, "NumPy and Python as they are",
        f"something else for {', '.join(failure.patched[:5])}, and {_raised(failure, source)}",
        "Give your own functions names of their own.",
    )  # fmt: skip


def _exception(failure: Failure, source: Source) -> str:
    missing = MISSING.search(failure.text)
    if failure.name == "ModuleNotFoundError" and missing:
        return _said(
            source, f"the module {missing[1]}", f"none of that name{_at(failure, source)}",
            "Install it beside chainrule, put the file beside the program, or take the line out.",
        )  # fmt: skip
    if failure.name == "Refused":
        return _said(
            source, "to stay by itself", f"one that asks for {failure.text}{_at(failure, source)}",
            "A check lets no program start others, reach the network, or change files elsewhere.",
        )  # fmt: skip
    return _said(
        source, "to run without an error", _raised(failure, source), _advice(failure, source)
    )


def _advice(failure: Failure, source: Source) -> str:
    if failure.name == "MemoryError":
        return "A check allows 1 GB. Are the sizes right?"
    if failure.name == "RecursionError":
        return "A function calls itself without end."
    if failure.name == "IndexError" and failure.line and "argv" in source.line(failure.line):
        return "A check gives no words after the name. Write the value into the program for it."
    if failure.name == "FileNotFoundError" and ELSEWHERE.search(failure.text):
        return (
            "A check hides all files but the small ones beside the program, so it may well be "
            "there. Put it beside the program, and name it without its folder."
        )
    if failure.name == "FileNotFoundError":
        return "Put the file beside the program: small files there come along."
    return "Mend this first; then check again."


def _syntax(failure: Failure, source: Source) -> str:
    message, _, _ = failure.text.partition("\n")
    return _said(
        source, "to be Python", f"{failure.name}: {message}{_at(failure, source)}",
        "Mend this first; then check again.",
    )  # fmt: skip


def _exit(failure: Failure, source: Source) -> str:
    return _said(
        source, "a program that can be called", f"one that calls exit{_at(failure, source)}",
        "Put that line under `if __name__ == \"__main__\":`.",
    )  # fmt: skip


def _input(failure: Failure, source: Source) -> str:
    return _said(
        source, "to run by itself", f"one that waits for input(){_at(failure, source)}",
        "Write the value into the program for the check.",
    )  # fmt: skip


def _returned(failure: Failure, source: Source) -> str:
    return _said(source, "arrays of numbers", failure.text, "Return NumPy arrays of float numbers.")


def _unread(failure: Failure, source: Source) -> str:
    return _said(
        source, "a step of training to look at: a pass forward, and one back that gives gradients",
        f"none ({failure.text})",
        "Give it weights in NumPy arrays, an error, and a function that returns the gradient of "
        "each weight, or a loop that updates them: chainrule check --template prints such a form.",
    )  # fmt: skip


def _ours(failure: Failure, source: Source) -> str:
    return _said(
        source, "a program that can be read", _raised(failure, source),
        "This may be a mistake in chainrule; chainrule check --template prints a form that works.",
    )  # fmt: skip


_SAYINGS = {
    "syntax": _syntax, "exit": _exit, "input": _input, "returned": _returned,
    "unread": _unread, "ours": _ours,
}  # fmt: skip


def _said(source: Source, needs: str, got: str, do: str) -> str:
    return str(TaskError(source.name, needs, clean(got), do))


def _raised(failure: Failure, source: Source) -> str:
    text = f": {failure.text.rstrip(' .')}" if failure.text else ""
    return f"{clean(failure.name + text, 300)}{_at(failure, source)}"


def _at(failure: Failure, source: Source) -> str:
    """ " in line 14 (`while True:`)", of the program or of a file beside it."""
    if failure.line is None:
        return ""
    if failure.file:
        return f" in line {failure.line} of {failure.file}"
    return _in_line(failure.line, source)


def _in_line(line: int, source: Source) -> str:
    text = source.line(line)
    quoted = f" (`{clean(text, 80)}`)" if text else ""
    return f" in {source.place(line)}{quoted}"


def _where(trace: str, source: Source) -> str:
    """The innermost line of the program in what faulthandler wrote."""
    for frame in FRAME.finditer(trace):
        if frame["file"].replace("\\\\", "/").rpartition("/")[2] == source.file:
            return _in_line(int(frame["line"]), source)
    return ""


def _signal(name: str) -> int:
    return int(getattr(signal, name, 0)) or 10_000


def _name_of(code: int | None) -> str:
    """The signal that ended a process. A wall hands it on as 128 + its number."""
    number = -code if code is not None and code < 0 else (code or 0) - 128
    try:
        return signal.Signals(number).name if number > 0 else ""
    except ValueError:
        return ""
