"""A run's family in its folder: the runs it came from, and the branches that came from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from chainrule.core.errors import ChainruleError
from chainrule.training.run_file import RunFile

LOOKED_AT = 500  # run files of a folder, to find branches among
NAME = re.compile(r"[A-Z]{1,2}")
UNREADABLE = (ChainruleError, OSError, LookupError, TypeError, ValueError)


class Member(NamedTuple):
    """What a run file says of itself, as far as it is about its family."""

    path: Path
    parent: str  # the file's name; "" where it has none
    name: str  # the letter it had; "" where it had none
    says: str  # what it changed
    first: int  # the state it begins at
    last: int
    kind: tuple[Any, ...]  # of network and data: a branch has its parent's


@dataclass
class Family:
    """members: parents before their branches, each with its parent's place; told: what is missing,
    a sentence each."""

    members: list[tuple[Member, int | None]]
    told: list[str]


def family(path: Path, most: int) -> Family:
    """At most so many, the run itself among them; what can't be read is told and left out."""
    found = Family([], [])
    line = _ancestors(path, most, found.told)
    found.members = [(member, k - 1 if k else None) for k, member in enumerate(line)]
    _add_branches(found, len(line) - 1, most)
    return found


def _ancestors(path: Path, most: int, told: list[str]) -> list[Member]:
    """The run and its parents, the oldest first; a circle ends where it closes."""
    line = [_read(path)]
    while len(line) < most and line[0].parent:
        near = path.parent / Path(line[0].parent).name
        if near in [member.path for member in line]:
            break
        parent = _tried(near, told) if near.is_file() else None
        if parent is None or not _fits(line[0], parent):
            told.append(
                f"{line[0].path.name} left {near.name} at step {line[0].first:,}, which is not "
                "beside it: what was before is not shown."
            )
            break
        line.insert(0, parent)
    return line


def _add_branches(found: Family, of: int, most: int) -> None:
    """All that came from that member, those of few generations first."""
    known = {member.path for member, _ in found.members}
    others = [_tried(path, found.told) for path in _beside(found.members[of][0].path, known)]
    waiting: list[tuple[Member, int]] = [(found.members[of][0], of)]
    left = 0
    while waiting:
        parent, at = waiting.pop(0)
        for each in others:
            if each is None or each.path in known or each.parent != parent.path.name:
                continue
            known.add(each.path)
            if not _fits(each, parent):
                found.told.append(f"{each.path.name} left another {parent.path.name} than this.")
                continue
            if len(found.members) < most:
                found.members.append((each, at))
            else:  # and so are those that left it
                left += 1
            waiting.append((each, len(found.members) - 1))
    if left:
        found.told.append(
            f"{left} more {'branch is' if left == 1 else 'branches are'} not shown: {most} at most."
        )


def _beside(path: Path, known: set[Path]) -> list[Path]:
    """The other runs of the folder by name: shorter ones first, as B stands before AA."""
    near = [each for each in path.parent.glob("*.chainrule") if not each.name.startswith(".")]
    near = [each for each in near if each not in known and not each.is_symlink()]
    return sorted(near, key=lambda each: (len(each.name), each.name))[:LOOKED_AT]


def _fits(branch: Member, parent: Member) -> bool:
    return branch.kind == parent.kind and parent.first <= branch.first <= parent.last


def _tried(path: Path, told: list[str]) -> Member | None:
    try:
        return _read(path)
    except UNREADABLE:
        told.append(f"{path.name} can't be read, and is left out.")
        return None


def _read(path: Path) -> Member:
    with RunFile(path) as run:
        parent, branch = run.meta("parent"), run.meta("branch")
        steps, about = run.steps(), run.meta("data") or {}
        kind = run.meta("spec"), about.get("fingerprint")
    named = parent.get("run") if isinstance(parent, dict) else None
    held = branch if isinstance(branch, dict) else {}
    above = Path(named).name if isinstance(named, str) else ""
    name = held.get("name") or _ending(path, above)
    name = name if isinstance(name, str) and NAME.fullmatch(name) else ""
    return Member(path, above, name, str(held.get("says", "")), steps[0], steps[-1], kind)


def _ending(path: Path, parent: str) -> str:
    """ "circles-1-B" is B of "circles-1" """
    before = f"{Path(parent).stem}-"
    return path.stem.removeprefix(before) if parent and path.stem.startswith(before) else ""
