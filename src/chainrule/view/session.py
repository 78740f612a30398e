"""One network in training, with its branches and its past: what all pages look at.

Everything here runs in one thread; the training runs in a process of its own. `do` obeys a command,
`tick` takes in what the training told, `frame` draws the shown state; news are collected in
`self.news` and handed out by `take_news`.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.records import Params, State
from chainrule.training.history import Point
from chainrule.view import commands, frame, messages, opening, why, words
from chainrule.view.forms import form
from chainrule.view.line import Line, branched
from chainrule.view.messages import News
from chainrule.view.picture import Painter, View, shown_units
from chainrule.view.scene import Scene
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, Setup, set_up
from chainrule.view.trainer import Told, Trainer

SECONDS = {"slow": 150.0, "normal": 15.0}  # that the planned run takes at that speed
SLOWEST = {"slow": 2.0, "normal": 20.0}  # steps a second at least
REPEAT = 5.0  # seconds in which the whole past is repeated at full speed
BRANCHES = 8
CIRCLES = Chosen()
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Session:
    """What is shown: `line` at state `step`. `playing` may mean training, or repeating the past."""

    def __init__(self, folder: Path, chosen: Chosen = CIRCLES) -> None:
        self.folder, self.kept = folder, Kept()
        self.trainer = Trainer()
        self.news: deque[News] = deque()
        self.version = 0  # counts what changes a picture
        self.speed = "normal"
        self._begin(set_up(chosen, self.kept))

    # ------------------------------------------------------------------------- begin and end

    def _begin(self, setup: Setup, lines: dict[str, Line] | None = None) -> None:
        """Another network: all that was is closed first, and saved."""
        lines = lines or {"A": Line("A", setup)}
        painters = {name: Painter(Scene(line.setup)) for name, line in lines.items()}
        self._leave()
        self.id = secrets.token_hex(4)
        self.setup, self.lines, self.painters = setup, lines, painters
        self.line = list(lines.values())[-1]
        self.scene = painters[self.line.name].scene
        self.step, self.playing, self.broken = self.line.head, False, ""
        self.training: Line | None = None  # whose file the process has open
        self._since = (0.0, 0)  # when repeating began, at which state
        self._shown: tuple[Any, State] | None = None
        self._moment: tuple[Any, why.Moment] | None = None
        self._moment: tuple[Any, why.Moment] | None = None
        self._frames: dict[Any, tuple[int, bytes]] = {}
        self.changed()

    def _leave(self) -> None:
        if getattr(self, "training", None) is not None:
            self._stop()
            self.trainer.tell("close")
        for line in getattr(self, "lines", {}).values():
            line.close()

    def close(self) -> None:
        """Save all and end the training process."""
        self.trainer.close()
        for line in self.lines.values():
            line.close()

    # ------------------------------------------------------------------------------ what it is

    @property
    def is_live(self) -> bool:
        """Whether the newest state is shown."""
        return self.step >= self.line.head

    @property
    def state(self) -> str:
        if self.broken:
            return "broken"
        if self.playing:
            return "playing"
        if self.line.ended and self.is_live:
            return "broken" if self.line.ended[0] == "not finite" else "ended"
        return "ready" if self.line.head == 0 else "paused"

    @property
    def rate(self) -> float | None:
        """Steps a second; None: as fast as it can."""
        if self.speed == "fast":
            return None
        return max(self.line.total / SECONDS[self.speed], SLOWEST[self.speed])

    def message(self) -> messages.Session:
        why = self.broken or (self.line.ended[1] if self.line.ended else "")
        return messages.Session(
            self.id, self.setup.source.title, words.network_line(self.setup.spec),
            self.state, why, self.line.name,  # type: ignore[arg-type]
            tuple(line.state_message() for line in self.lines.values()),
            self.step, self.line.head, self.line.total, self.speed, self.rate,  # type: ignore[arg-type]
            self.setup.spec.loss.name, self.line.path is not None,
        )  # fmt: skip

    def everything(self, have: Mapping[str, int] | None = None) -> list[News]:
        """What a page has to know to begin; of the curves what it does not hold yet."""
        have = have or {}
        curves = [line.curve(_held(have, line)) for line in self.lines.values()]
        return [self.form(), self.message(), self.network(), self.scene.message(), *curves]

    def form(self) -> messages.Form:
        return form(replace(self.setup, chosen=self.line.setup.chosen,
                            training=self.line.setup.training), self.kept)  # fmt: skip

    def network(self) -> messages.Network:
        spec = self.setup.spec
        shapes = [
            {name: shape for name, shape in spec.shapes.items() if name.startswith(f"{l}.")}
            for l in range(len(spec.layers))
        ]
        layers = zip(spec.layers, shapes, shown_units(spec), strict=True)
        classes = self.scene.classes
        outputs = classes[1:] if spec.outputs == 1 and classes else classes or self.scene.targets
        return messages.Network(
            tuple(column.name for column in self.scene.columns), tuple(outputs)[: spec.outputs],
            tuple(
                messages.LayerShape(layer.units, layer.activation.name, shape, shown)
                for layer, shape, shown in layers
            ),
            spec.parameters, spec.loss.name, self.scene.image,
        )  # fmt: skip

    def take_news(self) -> list[News]:
        news = []
        while self.news:  # one by one: the session may go on saying things in its own thread
            news.append(self.news.popleft())
        return news

    def changed(self) -> None:
        """The picture, and what is said of the session."""
        self.version += 1
        self.news.append(self.message())

    # -------------------------------------------------------------------------- what it is told

    def do(self, command: commands.Command) -> None:
        """Obey a command that moves the session."""
        MOVES[type(command)](self, command)

    def play(self, _: commands.Play) -> None:
        if self.playing:
            return
        self.broken = ""
        if not self.is_live:
            self.playing, self._since = True, (monotonic(), self.step)
            self.changed()
            return
        self._train(None)
        self.playing = True
        self.changed()

    def pause(self, _: commands.Pause) -> None:
        self._stop()
        self.changed()

    def stride(self, command: commands.Step) -> None:
        self._stop()
        goal = max(0, self.step + command.by)
        if goal > self.line.head:
            self.broken = ""
            self._train(goal)
            self._hear(self.trainer.wait_for("stands"))
            goal = self.line.head
        self.step = goal
        self.changed()

    def seek(self, command: commands.Seek) -> None:
        if not 0 <= command.step <= self.line.head and not self.playing:
            raise UsageError(
                f"seek {command.step}", f"a state from 0 to {self.line.head}", str(command.step),
                "Press play to go further.",
            )  # fmt: skip
        self._stop()
        self.step = max(0, min(command.step, self.line.head))
        self.changed()

    def hurry(self, command: commands.Speed) -> None:
        self.speed = command.speed
        if self.playing and self.training is not None and self.is_live:
            self.trainer.tell("go", float("inf"), self.rate)
        self._since = (monotonic(), self.step)
        self.changed()

    def configure(self, command: commands.Configure) -> None:
        chosen = self.line.setup.chosen.having(command.settings, whole=command.whole)
        self._begin(set_up(chosen, self.kept))
        self.news += self.everything()

    def go_to_address(self, command: commands.Address) -> None:
        self._begin(set_up(Chosen.from_address(command.text), self.kept))
        self.news += self.everything()

    def open(self, command: commands.Open) -> None:
        self.open_run(opening.found(self.folder, command.name))

    def open_run(self, path: Path) -> None:
        setup, lines = opening.opened(path, self.kept)
        self._begin(setup, lines)
        self.news += self.everything()

    def branch(self, command: commands.Branch) -> None:
        """The same past, another future."""
        self._stop()
        if len(self.lines) >= BRANCHES:
            raise UsageError(
                "branch", f"at most {BRANCHES} branches", f"{len(self.lines)}", "Drop one of them."
            )
        if not 0 <= command.step <= self.line.head:
            raise UsageError(
                "branch",
                f"a state from 0 to {self.line.head}",
                str(command.step),
                "Go there first.",
            )
        parent, chosen = self.line, self.line.setup.chosen.having(command.settings)
        setup = _same_network(parent.setup, chosen, set(command.settings), self.kept)
        start = branched(self._state_of(parent, command.step), setup)
        name = next(each for each in NAMES if each not in self.lines)
        says = words.difference(parent.setup.chosen.settings, chosen.settings)
        owner = parent if command.step >= parent.fork else parent.parent or parent
        self.lines[name] = Line(name, setup, parent=owner, start=start, says=says or "the same")
        self.painters[name] = Painter(Scene(setup))
        self._switch(name)
        self.news += [self.line.curve(), self.form()]

    def show(self, command: commands.Show) -> None:
        """Another branch at the same step, as far as it has got."""
        line = self._named(command.branch)
        self._stop()
        self._switch(line.name)
        self.news.append(self.form())

    def drop(self, command: commands.Drop) -> None:
        line = self._named(command.branch)
        if line.parent is None or any(each.parent is line for each in self.lines.values()):
            raise UsageError(
                f"drop {line.name}", "a branch that no other one left",
                "the first one" if line.parent is None else "the parent of another", "Keep it.",
            )  # fmt: skip
        self._stop()
        if self.training is line:
            self.trainer.tell("close")
            self.training = None
        line.close()
        del self.lines[line.name], self.painters[line.name]
        if self.line is line:
            self.line = line.parent
            self.step = min(self.step, self.line.head)
        self.changed()

    def _switch(self, name: str) -> None:
        self.line = self.lines[name]
        self.step = min(self.step, self.line.head)
        self.changed()

    def _named(self, name: str) -> Line:
        if name not in self.lines:
            raise UsageError(
                "branch", f"one of {', '.join(self.lines)}", repr(name)[:40], "Choose one of these."
            )
        return self.lines[name]

    # ------------------------------------------------------------------------------- training

    def _train(self, until: float | None) -> None:
        """Let the process go on from the newest state of the shown line."""
        line = self.line
        again = line.ended is not None
        if self.training is not line or again or not self._is_there():
            if self.training is not None and self._is_there():
                self.trainer.tell("close")
            self.trainer.start()
            path = line.path or line.create(self.folder)
            self.trainer.open(path, self.setup.spec, longer=again)
            self.training, line.ended = line, None
            self._hear(self.trainer.wait_for("opened"))
        pace = self.rate if until is None else None
        self.trainer.tell("go", float("inf") if until is None else until, pace)

    def _is_there(self) -> bool:
        process = self.trainer.process
        return process is not None and process.is_alive()

    def _stop(self) -> None:
        """Stand still: in the past at once, in training after the present step, all saved."""
        if not self.playing:
            return
        was_live, self.playing = self.is_live or self._trains, False
        if was_live and self.training is not None:
            self.trainer.tell("pause")
            self._hear(self.trainer.wait_for("stands"))
            self.step = self.line.head

    @property
    def _trains(self) -> bool:
        return self.playing and self.training is self.line and self._since == (0.0, 0)

    def tick(self) -> None:
        """Take in what happened since; often while playing, now and then else."""
        self._hear(self.trainer.all_heard())
        if not self.playing:
            return
        if self._since == (0.0, 0) or self.is_live:
            newest = self.trainer.newest()
            if newest is not None and newest.step > self.line.head:
                self.line.head = self.step = newest.step
                self.version += 1
            return
        since, first = self._since
        rate = self.rate or max(self.line.head / REPEAT, 20.0)
        goal = first + int((monotonic() - since) * rate)
        if goal != self.step:
            self.step, self.version = min(goal, self.line.head), self.version + 1
        if self.is_live:  # the past has been repeated
            self.playing = False
            self.play(commands.Play(0))

    def _hear(self, told: list[Told]) -> None:
        for what, *more in told:
            HEARD[what](self, *more)

    def _opened(self, step: int, total: int, ended: str | None) -> None:
        assert self.training is not None
        self.training.head, self.training.total = step, total
        self._since = (0.0, 0)

    def _told_points(self, points: list[tuple[Any, ...]]) -> None:
        line = self.training
        if line is None:
            return
        last = line.points[-1].step if line.points else -1
        fresh = [Point._make(point) for point in points if point[0] > last]
        first = len(line.points)
        line.points += fresh
        if fresh:
            self.news.append(line.curve(first))

    def _stands(self, step: int) -> None:
        if self.training is not None:
            was_live = self.training is self.line and self.is_live
            self.training.head = self.training.saved = step
            if was_live or self.step > step:
                self.step = min(step, self.line.head) if self.training is self.line else self.step
            if self.playing and self.training is self.line:
                self.playing = False
            self.changed()

    def _ended(self, reason: str, step: int, why: str) -> None:
        if self.training is not None:
            self.training.ended = (reason, why)

    def _saved(self, step: int) -> None:
        if self.training is not None:
            self.training.saved = step

    def _failed(self, error: dict[str, str]) -> None:
        self.playing, self.training = False, None
        found = TaskError(**error)
        self.broken = str(found)
        self.changed()
        raise found

    def _lost(self) -> None:
        """The process is gone; what its run file holds is what there is."""
        line, self.training, self.playing = self.training, None, False
        self.trainer.process = None
        if line is None:
            return
        if line.path is not None:
            line.close()
            opening.refresh(line)
        self.step = min(self.step, self.line.head)
        self.broken = (
            f"The training process was lost. Step {line.head:,} is the last one saved: "
            "press play to go on from there."
        )
        self.news.append(line.curve())
        self.changed()

    # --------------------------------------------------------------------------------- pictures

    def shown_state(self) -> State:
        """The shown state, with the optimiser's memory."""
        return self._state_of(self.line, self.step)

    def _state_of(self, line: Line, step: int) -> State:
        key = (self.id, line.name, step)
        if self._shown is None or self._shown[0] != key:
            if line is self.training and step > line.saved:
                self.trainer.tell("save")
                self._hear(self.trainer.wait_for("saved", "stands"))
            self._shown = key, line.state(step)
        return self._shown[1]

    @property
    def painter(self) -> Painter:
        return self.painters[self.line.name]

    def moment(self, step: int | None, sample: int | None) -> why.Moment:
        """The step that leads on from a state, the shown one by default; kept for more questions."""
        step = self.step if step is None else step
        key = (self.id, self.line.name, step, sample)
        if self._moment is None or self._moment[0] != key:
            state = self._state_of(self.line, step)
            made = why.moment(self.line.setup, self.painter.batches, self.line.name, state, sample)
            self._moment = key, made
        return self._moment[1]

    @property
    def painter(self) -> Painter:
        return self.painters[self.line.name]

    def moment(self, step: int | None, sample: int | None) -> why.Moment:
        """The step that leads on from a state, the shown one by default; the last one is kept."""
        step = self.step if step is None else step
        key = (self.id, self.line.name, step, sample)
        if self._moment is None or self._moment[0] != key:
            state = self._state_of(self.line, step)
            made = why.moment(self.line.setup, self.painter.batches, self.line.name, state, sample)
            self._moment = key, made
        return self._moment[1]

    def _params(self) -> tuple[int, Params]:
        """The newest parameters while it trains, without asking anybody; else the shown state's."""
        if self.playing and self.is_live:
            newest = self.trainer.newest()
            if newest is not None and newest.step == self.step:
                return newest.step, newest.params
        return self.step, self.shown_state().params

    def frame(self, view: View, compare: str | None = None) -> bytes:
        """The picture of the shown state, made once for all who want the same."""
        key = (view, compare)
        held = self._frames.get(key)
        if held is None or held[0] != self.version:
            if len(self._frames) > 32:
                self._frames.clear()
            held = self._frames[key] = self.version, self._painted(view, compare)
        return held[1]

    def _painted(self, view: View, compare: str | None) -> bytes:
        view = self._possible(view)
        step, params = self._params()
        painter = self.painter
        other = self.lines.get(compare or "")
        others = None
        if other is not None and step <= other.saved and not (self.playing and self.is_live):
            others = other.state(step).params
        picture, measured = painter.paint(params, step, view, others=others)
        measured = self._completed(measured, step)
        ended = self.line.ended[0] if self.line.ended and self.is_live else None
        spec, training = self.setup.spec, self.line.setup.training
        last = len(spec.layers) - 1
        head = {
            "session": self.id, "branch": self.line.name, "step": step, "head": self.line.head,
            "live": self.is_live, "state": self.state, "learning_rate": painter.rate(step),
            "epoch": step / training.steps_per_epoch(painter.data.train.n),
            "losses": measured.losses, "metrics": measured.metrics, "right": measured.right,
            "headline": words.headline(
                measured, state=self.state, step=step, live=self.is_live, ended=ended,
                classes=len(self.scene.classes),
            ),
            "layer": last if view.layer is None else view.layer,
            "unit": -1 if view.layer is None and "map.share" in picture.arrays else view.unit,
        }  # fmt: skip
        return frame.to_bytes(picture._replace(head=head))

    def _possible(self, view: View) -> View:
        """What a page wanted to magnify may be gone since."""
        sizes = self.setup.spec.sizes
        if view.layer is None or not -1 <= view.layer < len(sizes) - 1:
            return replace(view, layer=None, unit=0)
        return view if 0 <= view.unit < sizes[view.layer + 1] else replace(view, unit=0)

    def _completed(self, measured: words.Measured, step: int) -> words.Measured:
        """For large parts: the losses of the last point of the curve before that step."""
        parts = self.setup.source.data.parts
        point = next((p for p in reversed(self.line.points) if p.step <= step), None)
        if point is None or all(name in measured.losses for name in parts):
            return measured
        held = {"train": point.train, "validation": point.validation, "test": point.test}
        losses = {name: measured.losses.get(name, held[name]) for name in parts}
        right = dict(measured.right)
        on, accuracy = str(point.metrics.get("on")), point.metrics.get("accuracy")
        if isinstance(accuracy, float) and on in parts and on not in right:
            right[on] = round(accuracy * parts[on].n), parts[on].n
        metrics = {k: v for k, v in point.metrics.items() if isinstance(v, float)}
        return words.Measured(losses, right, measured.metrics or metrics)


def _held(have: Mapping[str, int], line: Line) -> int:
    """How many of its points a page has: nothing that can't be."""
    count = have.get(line.name, 0)
    return count if 0 <= count <= len(line.points) else 0


def _same_network(setup: Setup, chosen: Chosen, named: set[str], tables: Any) -> Setup:
    """The parent's data and network, with another training."""
    from chainrule.view.fields import SETTINGS

    fixed = sorted(name for name in named if name in SETTINGS and not SETTINGS[name].branches)
    if fixed:
        raise UsageError(
            f"setting {fixed[0]!r}", "a setting that can change on the way", fixed[0],
            "Another network or other data start anew: change it under Setup.",
        )  # fmt: skip
    from chainrule.view.settings import training_of

    training = training_of(setup.source.training, chosen.settings)
    return replace(setup, chosen=chosen, training=training)


MOVES: dict[type[commands.Command], Callable[[Session, Any], None]] = {
    commands.Play: Session.play, commands.Pause: Session.pause, commands.Step: Session.stride,
    commands.Seek: Session.seek, commands.Speed: Session.hurry,
    commands.Configure: Session.configure, commands.Address: Session.go_to_address,
    commands.Open: Session.open, commands.Branch: Session.branch, commands.Show: Session.show,
    commands.Drop: Session.drop,
}  # fmt: skip
HEARD: dict[str, Callable[..., None]] = {
    "opened": Session._opened, "points": Session._told_points, "stands": Session._stands,
    "ended": Session._ended, "saved": Session._saved, "failed": Session._failed,
    "lost": Session._lost,
}  # fmt: skip
Failure = ChainruleError
