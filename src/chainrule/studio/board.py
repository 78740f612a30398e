"""The newest news of each kind, for pages to take when they can: no queue grows for a slow one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace

from chainrule.view.messages import (
    Curve,
    Doctor,
    Failed,
    Form,
    Network,
    News,
    Offered,
    Scene,
    Session,
)

TOPICS = (Form, Offered, Session, Network, Scene, Failed)
COLUMNS = tuple(each.name for each in fields(Curve) if str(each.type).startswith("tuple"))


@dataclass
class Known:
    """What one page was told already."""

    session: str = ""
    topics: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)


class Board:
    """`post` what the session says; `since` is what a page does not know of it yet."""

    def __init__(self) -> None:
        self.session = ""
        self.count = 0
        self.topics: dict[str, tuple[int, News]] = {}
        self.curves: dict[str, Curve] = {}

    def post(self, news: Iterable[News]) -> None:
        for each in news:
            if isinstance(each, Session):
                self._session(each)
            if isinstance(each, Curve):
                self._curve(each)
            elif isinstance(each, Doctor):
                self._pin(f"doctor {each.branch}", each)
            elif isinstance(each, TOPICS):
                self._pin(each.message(), each)

    def _pin(self, name: str, news: News) -> None:
        self.count += 1
        self.topics[name] = self.count, news

    def _session(self, session: Session) -> None:
        """A new session's curves and findings begin anew; dropped branches are forgotten."""
        if session.session != self.session:
            self.session, self.curves = session.session, {}
        names = {branch.name for branch in session.branches}
        self.curves = {name: curve for name, curve in self.curves.items() if name in names}
        kept = {name for name in self.topics if not name.startswith("doctor ")}
        kept |= {f"doctor {name}" for name in self.curves}
        self.topics = {name: each for name, each in self.topics.items() if name in kept}

    def _curve(self, curve: Curve) -> None:
        held = self.curves.get(curve.branch)
        if curve.first == 0 or held is None or curve.first != held.next:
            self.curves[curve.branch] = curve
            return
        joined = {name: getattr(held, name) + getattr(curve, name) for name in COLUMNS}
        self.curves[curve.branch] = replace(held, next=curve.next, **joined)

    def since(self, known: Known) -> Iterator[News]:
        """What is new to a page, and note that it knows it now."""
        if known.session != self.session:  # old failures are no news to a page that just came
            seen = known.topics.get("failed", 0) if known.session else self.count
            known.session, known.topics, known.points = self.session, {"failed": seen}, {}
        for name, (count, news) in sorted(self.topics.items(), key=lambda item: item[1][0]):
            if known.topics.get(name, 0) < count:
                known.topics[name] = count
                yield news
        for name, curve in self.curves.items():
            held = known.points.get(name, 0)
            if held != curve.next or name not in known.points:
                known.points[name] = curve.next
                yield _rest(curve, held)
        known.points = {name: n for name, n in known.points.items() if name in self.curves}


def _rest(curve: Curve, held: int) -> Curve:
    """The points from that one on; of a thinned curve, or one that was replaced, all."""
    if not 0 < held <= curve.next or curve.thinned or curve.first:
        return curve
    return replace(curve, first=held, **{name: getattr(curve, name)[held:] for name in COLUMNS})
