"""States of a session's lines drawn as frames, and their numbers looked up: each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from chainrule.core.errors import UsageError
from chainrule.records import Params, State
from chainrule.view import frame, why, words
from chainrule.view.line import Line
from chainrule.view.picture import Other, Painter, View
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
    newest: Params | None  # while it trains: the shown state, at hand


class Easel:
    """Painters by branch, and what was drawn last. `saved(line, step)` makes a state readable."""

    def __init__(self, lines: Mapping[str, Line], save: Callable[[Line, int], None]) -> None:
        self.lines, self.save = lines, save
        self.painters: dict[str, Painter] = {}
        self._state: tuple[Any, State] | None = None
        self._moment: tuple[Any, why.Moment] | None = None
        self._frames: dict[Any, tuple[int, bytes]] = {}
        self._looks_again = 0.0  # when a far state of another branch may be replayed

    def painter(self, line: Line) -> Painter:
        if line.name not in self.painters or self.painters[line.name].scene.setup != line.setup:
            self.painters[line.name] = Painter(Scene(line.setup))
        return self.painters[line.name]

    def state(self, line: Line, step: int) -> State:
        """A state with the optimiser's memory; the last one is kept."""
        key = (line, step)
        if self._state is None or self._state[0] != key:
            self.save(line, step)
            self._state = key, line.state(step)
        return self._state[1]

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
        params = self.state(line, step).params if shown.newest is None else shown.newest
        picture, measured = painter.paint(
            params, step, view, other=self._other(compare, shown),
            quick=shown.newest is not None,
        )  # fmt: skip
        measured = _completed(measured, line, step)
        live = step >= line.head
        has_winner = view.layer is None and "map.share" in picture.arrays
        head = {
            "session": shown.session, "branch": line.name, "step": step, "head": line.head,
            "live": live, "state": shown.state, "learning_rate": painter.rate(step),
            "epoch": step / painter.batches.per_epoch, "losses": measured.losses,
            "metrics": measured.metrics, "right": measured.right,
            "headline": words.headline(
                measured, state=shown.state, step=step, live=live,
                ended=line.ended[0] if line.ended and live else None,
                classes=len(painter.scene.classes), target=line.setup.training.stop_below,
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
        if shown.newest is not None and not other.is_near(step):
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


def _completed(measured: words.Measured, line: Line, step: int) -> words.Measured:
    """For large parts: the losses of the last point of the curve before that step."""
    parts = line.setup.source.data.parts
    if all(name in measured.losses for name in parts):
        return measured
    point = next((each for each in reversed(line.points) if each.step <= step), None)
    if point is None:
        return measured
    held = {"train": point.train, "validation": point.validation, "test": point.test}
    losses = {name: measured.losses.get(name, held[name]) for name in parts}
    right, on = dict(measured.right), str(point.metrics.get("on"))
    accuracy = point.metrics.get("accuracy")
    if isinstance(accuracy, float) and on in parts and on not in right:
        right[on] = round(accuracy * parts[on].n), parts[on].n
    metrics = {name: v for name, v in point.metrics.items() if isinstance(v, float)}
    return words.Measured(losses, right, measured.metrics or metrics)
