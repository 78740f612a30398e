"""Runs that were made before: which there are, and how one is shown again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from chainrule.core.checks import plural
from chainrule.core.errors import ChainruleError, UsageError
from chainrule.data.problems import PROBLEMS
from chainrule.training.run_file import RunFile
from chainrule.view import branches
from chainrule.view.course import Ended
from chainrule.view.family import Member, family
from chainrule.view.line import Line
from chainrule.view.messages import Failed
from chainrule.view.parts import RunInfo
from chainrule.view.sets import RUN, Kept, Source, source_of
from chainrule.view.settings import Chosen, Setup
from chainrule.view.words import difference, network_line, short

LISTED = 50  # runs, the newest first


def listed(folder: Path) -> tuple[RunInfo, ...]:
    """The runs of a folder, the newest first; what can't be read is said, and not left out."""
    paths = newest(folder)[:LISTED]
    return tuple(RunInfo(path.name, _told(path), _when(path)) for path in paths)


def newest(folder: Path) -> list[Path]:
    """The run files of a folder, the newest first."""
    paths = [path for path in folder.glob("*.chainrule") if not path.name.startswith(".")]
    return sorted(paths, key=lambda path: -_when(path))


def found(folder: Path, name: str) -> Path:
    """The run of that name in the folder, and nothing outside of it."""
    known = {path.name: path for path in folder.glob("*.chainrule")}
    if name not in known or known[name].is_symlink():
        raise UsageError(
            "open a run", "the name of one in the list", repr(name)[:60], "Ask for the list anew."
        )
    return known[name]


class Opened(NamedTuple):
    """A run and its family by name; told: of what is not there, a sentence each."""

    setup: Setup
    lines: dict[str, Line]
    shown: Line
    told: list[str]


def opened(path: Path, kept: Kept) -> Opened:
    """The run, those it branched from, and the branches in its folder that came from it."""
    found = family(path, branches.MOST)
    made: list[Line] = []
    letters = _letters([member.name for member, _ in found.members])
    for name, (member, above) in zip(letters, found.members, strict=True):
        parent = None if above is None else made[above]
        made.append(_line(name, member, parent, kept))
    lines = {line.name: line for line in made}
    shown = next(line for line in made if line.path == path)
    return Opened(shown.setup, lines, shown, found.told)


def _letters(held: list[str]) -> list[str]:
    """The names they had; the first is A, as is the beginning of every session, and who has none
    or another's gets one that is free."""
    taken = {"A", *held}
    free = branches.names(taken)
    found: list[str] = []
    for k, name in enumerate(held):
        name = name if k else "A"
        found.append(next(free) if not name or name in found else name)
    return found


def _line(name: str, member: Member, parent: Line | None, kept: Kept) -> Line:
    with RunFile(member.path) as run:
        setup = _setup(run, kept, parent.setup if parent else None)
        start = run.state(run.steps()[0])
    says = member.says if parent else ""
    if parent and not says:
        says = difference(parent.setup.chosen.settings, setup.chosen.settings) or "the same"
    line = Line(name, setup, parent=parent, start=start, says=says, path=member.path)
    refresh(line)
    return line


def told(path: Path, sentences: list[str]) -> list[Failed]:
    """Which of its family are not shown, as a page says it."""
    if not sentences:
        return []
    do = "The run itself is whole; open one of the others by its own name."
    needs = "its family beside it"
    return [Failed(None, f"open {path.name}", needs, " ".join(sentences), do, None)]


def let_go(kept: Kept, lines: Iterable[Line]) -> None:
    """Keep no data of runs but those of these lines."""
    used = [line.setup.source for line in lines]
    for name in [name for name, run in kept.runs.items() if run not in used]:
        del kept.runs[name]


def refresh(line: Line) -> None:
    """What its file says now."""
    assert line.path is not None
    with RunFile(line.path) as run:
        line.points = list(run.history())
        line.head = line.saved = run.steps()[-1]
        line.total = run.training.total_steps(line.setup.source.data.train.n)
        ended = run.ended
    known = ended is not None and ended["reason"] != "interrupted"
    line.ended = None
    if ended and known:
        line.ended = Ended(ended["reason"], ended["step"], str(ended.get("why", "")))


def _setup(run: RunFile, kept: Kept, parent: Setup | None) -> Setup:
    chosen = _chosen(run)
    if parent is not None:
        return Setup(chosen, parent.source, run.spec, run.training)
    data, features = run.data(), chosen.settings.get("features", ())
    title = run.source if chosen.data.startswith(RUN) else _made_from(chosen, kept).title
    places = _made_from(chosen, kept).places if features else None
    source = Source(
        chosen.data, title, data, run.spec, run.training, tuple(features), data.notes, places
    )
    kept.runs[f"{RUN}{run.path.name}"] = source
    return Setup(chosen, source, run.spec, run.training)


def _made_from(chosen: Chosen, kept: Kept) -> Source:
    return source_of(chosen.data, chosen.settings, kept)


def _chosen(run: RunFile) -> Chosen:
    """The settings the studio had when it made the run; of another run, that it is this one."""
    held, itself = run.meta("studio"), f"{RUN}{run.path.name}"
    plain = run.source in PROBLEMS and (run.spec, run.training) == (
        PROBLEMS[run.source].spec, PROBLEMS[run.source].training,
    )  # fmt: skip
    if not isinstance(held, dict):
        return Chosen(run.source if plain else itself)
    try:
        found = Chosen.of(held)
        source_of(found.data, found.settings, Kept())
    except ChainruleError:  # a table that is not here now, or a newer version's settings
        return Chosen(itself)
    return found


def _told(path: Path) -> str:
    try:
        with RunFile(path) as run:
            points, steps = run.history().points, run.steps()[-1]
            loss = f", error {short(points[-1].train)}" if points else ""
            return f"{run.source}: {network_line(run.spec)}; {plural(steps, 'step')}{loss}"
    except (ChainruleError, OSError, LookupError):
        return "it can't be read"


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
