"""States of a session's lines drawn as frames, and their numbers looked up: each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from chainrule.core.errors import UsageError
from chainrule.records import Params, State
from chainrule.view import frame, why, words
from chainrule.view.judged import completed
from chainrule.view.line import Line
from chainrule.view.maps import Other
from chainrule.view.picture import Painter, View
from chainrule.view.ring import Snapshot
from chainrule.view.scene import Scene

FRAMES = 32  # kept: different wishes of different pages
AGAIN = 0.5  # seconds between two long replays of a branch that is only compared


class Shown(NamedTuple):
    """What a frame says of the session."""

    session: str
    line: Line
    step: int
    state: str
    version: int
    trains: bool


class Easel:
    """Painters by branch, and what was drawn last. `saved(line, step)` makes a state readable."""

    def __init__(self, lines: Mapping[str, Line], save: Callable[[Line, int], None]) -> None:
        self.lines, self.save = lines, save
        self.painters: dict[str, Painter] = {}
        self._state: tuple[Any, State] | None = None
        self._moment: tuple[Any, why.Moment] | None = None
        self._frames: dict[Any, tuple[int, bytes]] = {}
        self._taken: tuple[Line, Snapshot] | None = None
        self._looks_again = 0.0  # when a far state of another branch may be replayed

    def painter(self, line: Line) -> Painter:
        if line.name not in self.painters:
            self.painters[line.name] = Painter(Scene(line.setup))
        return self.painters[line.name]

    def state(self, line: Line, step: int) -> State:
        """A state with the optimiser's memory; the last one is kept."""
        key = (line, step)
        if self._state is None or self._state[0] != key:
            self.save(line, step)
            self._state = key, line.state(step)
        return self._state[1]

    def take(self, line: Line, newest: Snapshot) -> None:
        """What the training showed last: it is further on by now, the pages are not."""
        self._taken = line, newest

    def taken(self, line: Line) -> Snapshot | None:
        return self._taken[1] if self._taken is not None and self._taken[0] is line else None

    def _at_hand(self, shown: Shown) -> Params | None:
        """While it trains: the shown state, not yet saved."""
        if not shown.trains or self._taken is None:
            return None
        line, newest = self._taken
        return newest.params if line is shown.line and newest.step == shown.step else None

    def moment(
        self, line: Line, step: int, sample: int | None, part: str | None = None
    ) -> why.Moment:
        """The step that leads on from a state, or a part's error there; the last one is kept."""
        key = (line, step, sample, part)
        if self._moment is None or self._moment[0] != key:
            self._moment = key, self._moment_of(line, step, sample, part)
        return self._moment[1]

    def _moment_of(self, line: Line, step: int, sample: int | None, part: str | None) -> why.Moment:
        painter = self.painter(line)
        of = (line.setup, painter.batches, line.name, self.state(line, step), sample)
        if part is None:
            return why.moment(*of)
        if part not in painter.data.parts:
            known = ", ".join(painter.data.parts)
            raise UsageError("explain", f"a part there is: {known}", part, "Choose one of these.")
        return why.judged(*of, part, painter.data.parts[part])

    def frame(self, shown: Shown, view: View, compare: str | None) -> bytes:
        """Made once for all pages that want the same."""
        key = (view, compare)
        held = self._frames.get(key)
        if held is None or held[0] != shown.version:
            if len(self._frames) > FRAMES:
                self._frames.clear()
            held = self._frames[key] = shown.version, self._painted(shown, view, compare)
        return held[1]

    def _painted(self, shown: Shown, view: View, compare: str | None) -> bytes:
        line, step, painter = shown.line, shown.step, self.painter(shown.line)
        view = _possible(view, painter)
        at_hand = self._at_hand(shown)
        params = self.state(line, step).params if at_hand is None else at_hand
        other, quick = self._other(compare, shown), at_hand is not None
        picture, measured = painter.paint(params, step, view, other=other, quick=quick)
        measured = completed(measured, line, step)
        live = at_hand is not None or step >= line.head  # a frame may be late while it trains
        has_winner = view.layer is None and "map.share" in picture.arrays
        head = {
            "session": shown.session, "branch": line.name, "step": step, "head": line.head,
            "live": live, "state": shown.state, "epoch": step / painter.batches.per_epoch,
            "losses": measured.losses, "metrics": measured.metrics, "right": measured.right,
            "measured_at": measured.at,
            "headline": words.headline(
                measured, state=shown.state, step=step, live=live,
                ended=line.ended.reason if line.ended and live else None,
                classes=len(painter.scene.classes), target=line.setup.training.stop_below,
                columns=painter.scene.targets,
            ),
            "layer": len(painter.spec.layers) - 1 if view.layer is None else view.layer,
            "unit": -1 if has_winner else view.unit,
        }  # fmt: skip
        return frame.to_bytes(picture._replace(head=head))

    def _other(self, compare: str | None, shown: Shown) -> Other | None:
        """The same step of another branch, as far as that has got.

        While this one trains, only as often as there is time to replay the other one.
        """
        other, step = self.lines.get(compare or ""), shown.step
        if other is None or step > other.saved:
            return None
        if self._at_hand(shown) is not None and not other.is_near(step):
            if monotonic() < self._looks_again:
                return None
            self._looks_again = monotonic() + AGAIN
        later = max(other.name, shown.line.name, key=_alphabetical) == other.name
        return Other(other.state(step).params, later)


def _alphabetical(name: str) -> tuple[int, str]:
    """Z before AA."""
    return len(name), name


def _possible(view: View, painter: Painter) -> View:
    """What a page wanted to magnify or to follow may be gone since."""
    sizes, part = painter.spec.sizes, painter.data.parts.get(view.part)
    if view.sample is not None and (part is None or not 0 <= view.sample < part.n):
        view = replace(view, sample=None, part="train")
    if view.layer is None or not -1 <= view.layer < len(sizes) - 1:
        return replace(view, layer=None, unit=min(max(view.unit, 0), sizes[-1] - 1))
    return view if 0 <= view.unit < sizes[view.layer + 1] else replace(view, unit=0)
