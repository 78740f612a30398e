"""Runs that were made before: which there are, and how one is shown again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chainrule.core.errors import ChainruleError, UsageError
from chainrule.data.problems import PROBLEMS
from chainrule.training.run_file import RunFile
from chainrule.view.line import Line
from chainrule.view.parts import RunInfo
from chainrule.view.sets import RUN, Kept, Source, source_of
from chainrule.view.settings import Chosen, Setup
from chainrule.view.words import counted, network_line, short

LISTED = 50  # runs, the newest first
DEEP = 8  # parents of parents


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


def opened(path: Path, kept: Kept) -> tuple[Setup, dict[str, Line]]:
    """The run and those it branched from, by name: the first is A, the last the run itself."""
    files = _with_parents(path)
    lines: dict[str, Line] = {}
    setup: Setup | None = None
    parent: Line | None = None
    for name, each in zip("ABCDEFGHIJ", files, strict=False):
        with RunFile(each) as run:
            setup = _setup(run, kept, setup)
            start = run.state(run.steps()[0])
        parent = Line(name, setup, parent=parent, start=start, path=each)
        refresh(parent)
        lines[name] = parent
    assert setup is not None
    return setup, lines


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
    line.ended = (ended["reason"], str(ended.get("why", ""))) if ended and known else None


def _with_parents(path: Path) -> list[Path]:
    """The run and its parents, the oldest first, as far as they lie in the same folder."""
    files = [path]
    while len(files) < DEEP:
        with RunFile(files[0]) as run:
            parent: Any = run.meta("parent")
        name = parent.get("run") if isinstance(parent, dict) else None
        near = path.parent / Path(name).name if isinstance(name, str) else None
        if near is None or not near.is_file() or near in files:
            break
        files.insert(0, near)
    return files


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
            return f"{run.source}: {network_line(run.spec)}; {counted(steps, 'step')}{loss}"
    except (ChainruleError, OSError, LookupError):
        return "it can't be read"


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
