"""A learner's program: checked first; if it is right, its own settings from its own starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chainrule.core.errors import TaskError
from chainrule.data.parts import Data, InMemory
from chainrule.data.problems import find
from chainrule.doctor.findings import Diagnosis, Finding
from chainrule.doctor.illnesses import ILLNESSES
from chainrule.doctor.replay import Replay, Rule, answers, named, params_of, replay
from chainrule.doctor.said import Said, sentence
from chainrule.network import Network
from chainrule.spec import Spec, Training

if TYPE_CHECKING:
    from chainrule.checker.observation import Own
    from chainrule.checker.verdict import Mistake, Verdict

LENGTH = {11, 12, 13, 14, 15, 16, 18, 19, 26}  # how long steps are, or what is printed, alone
START = {82, 83, 84, 85}  # how the weights begin
CALL = "Let the program call its training at its end, so that its loop is reached when it is run."
BESIDE = (
    "The check names a mistake, too. It changes how long the steps are, or what is printed, not "
    "where they lead; the starts were trained with it."
)


@dataclass(frozen=True, eq=False)
class Instead:
    """What is said of a program in the place of what is read in it."""

    data: Data | str | None = None  # or the name of a built-in problem
    learning_rate: float | None = None
    epochs: int | None = None
    steps: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, value in vars(self).items() if value is not None)


@dataclass(frozen=True, eq=False)
class Program:
    """A program ready to be started again and again."""

    networks: tuple[Network, ...]  # its starts; the first is its own where it sets a seed
    training: Training
    data: Data  # fitted
    seeded: bool
    said: Said

    @property
    def spec(self) -> Spec:
        return self.networks[0].spec


class Unread(NamedTuple):
    """Why a program can't be started again: what was read all the same, and what is missing."""

    said: Said | None
    missing: str


def checked(path: str) -> Verdict:
    """The checker's verdict on a program that it understands."""
    from chainrule.checker.api import check  # it brings a sandbox: only where it is used

    verdict = check(path)
    if verdict.status not in ("right", "different", "wrong"):
        raise TaskError(
            f"why stuck {path!r}", "a program that the checker understands", verdict.message,
            "`chainrule check` on it says more.",
        )  # fmt: skip
    return verdict


def is_beside(mistakes: Sequence[Mistake]) -> bool:
    """The mistakes leave every step its direction: the starts show how much they matter."""
    return all(mistake.id in LENGTH | START for mistake in mistakes)


def read(path: str, verdict: Verdict, instead: Instead) -> Program | Unread:
    """The program's own settings, held to its own first steps; or what is missing."""
    from chainrule.checker.own import own as seen_of

    own, why = seen_of(path)
    if own is None:
        return Unread(None, f"How it trains could not be read: {why} {CALL}")
    found = replay(own.steps, verdict.conventions.get("activations", ()), own.learning_rate)
    if found is None:
        return Unread(None, _strange(own))
    spec, rule = named(*found, len(own.steps[0].x), own.learning_rate)
    return _assembled(own, Replay(spec, rule), instead, path)


def _strange(own: Own) -> str:
    return (
        f"Its {own.where} makes steps that no settings of ours give: activations or losses that "
        "are not in the library, weights on classes, dropout, a rate that changes in the first "
        "steps, or an optimiser other than plain descent, momentum and Adam do that."
    )


def _assembled(own: Own, found: Replay, instead: Instead, path: str) -> Program | Unread:
    spec, rule = found
    if instead.learning_rate is not None:
        rule = rule._replace(learning_rate=instead.learning_rate)
    said = Said(path, own, spec, rule, instead.names)
    data = _data(own, spec, instead)
    if data is None:
        return Unread(said, _no_data(own))
    training = _training(own, rule, instead)
    if training is None:
        return Unread(said, "How often its loop goes round could not be read: say it with "
                      "--epochs or --steps.")  # fmt: skip
    networks = tuple(Network(spec, params_of(spec, start)) for start in own.starts)
    rows = data.train.n
    said = replace(said, training=training, rows=rows)
    return Program(networks, training, data, own.seeded, said)


def _no_data(own: Own) -> str:
    why = "stand in for a file or a library that is not here" if own.made_up else "were not found"
    return f"Its data {why}: say which with --data, as in --data xor."


def _data(own: Own, spec: Spec, instead: Instead) -> Data | None:
    if instead.data is not None:
        given = find(instead.data).data() if isinstance(instead.data, str) else instead.data
        return given.fitted(spec)
    if own.x is None or own.y is None or own.made_up:
        return None
    return Data(InMemory(own.x.astype(spec.dtype), answers(spec, own.y)))


def _training(own: Own, rule: Rule, instead: Instead) -> Training | None:
    """Steps as its loops make them; so many rows each, in its own order where it has one."""
    rows = len(own.steps[0].x)
    of = rows if own.x is None else len(own.x)
    long: dict[str, Any] = {"epochs": instead.epochs, "steps": instead.steps}
    if not instead.epochs and not instead.steps:
        if -1 in own.turns or not math.prod(own.turns):
            return None
        steps = math.prod(own.turns)
        each = math.ceil(of / rows)
        long = {"epochs": steps // each} if steps % each == 0 else {"steps": steps}
    whole = rows >= of
    return Training(
        rule.optimizer, rule.learning_rate, None if whole else rows,
        not whole and not _takes_in_order(own), l2=rule.l2, **long,
    )  # fmt: skip


def _takes_in_order(own: Own) -> bool:
    """The first steps take the rows as they stand."""
    if own.x is None:
        return False
    rows = [step.x for step in own.steps]
    return np.array_equal(np.vstack(rows), own.x[: sum(map(len, rows))])


# ----------------------------------------------------------------------------------- the answer


def finding_of(mistake: Mistake) -> Finding:
    """A mistake of the program as a finding."""
    return Finding(
        "bug", mistake.name, 0,
        {"mistake": mistake.id, "where": mistake.where, "layer": mistake.layer},
        mistake.sentence, f"Right: {mistake.formula_right}. `chainrule check` shows more.",
    )  # fmt: skip


def unread(verdict: Verdict, why: Unread) -> Diagnosis:
    """Nothing was trained: what the check says, what was read, what is missing."""
    mistakes = tuple(map(finding_of, verdict.mistakes))
    read = () if why.said is None else (sentence(why.said),)
    if verdict.status == "wrong":
        return Diagnosis(mistakes, "bug")
    notes = ("No mistake was found in the program.", *read, why.missing)
    settings = None if why.said is None else why.said.to_json()
    return Diagnosis((), "unknown", None, notes, settings)


def _no_hidden(spec: Spec) -> list[Finding]:
    if len(spec.layers) > 1:
        return []
    return [Finding(
        "linear_network", ILLNESSES["linear_network"].name, 0, {"layers": 1},
        "It has no hidden layer, so that it can part the rows by a straight line only: XOR is out "
        "of its reach.", "Add a hidden layer of a few units, with tanh or sigmoid.",
    )]  # fmt: skip


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Causes before symptoms, as the table has them; each once."""
    once = {finding.id: finding for finding in reversed(findings)}
    return [once[id] for id in ILLNESSES if id in once]


def judged(
    verdict: Verdict, program: Program, found: Diagnosis, examine: Callable[[], Sequence[Finding]]
) -> Diagnosis:
    """What the starts say, with the mistakes that the check has named.

    examine: what is ill in one of the starts; asked only where nearly all end stuck.
    """
    wrong = list(verdict.mistakes) if verdict.status == "wrong" else []
    of_start = [finding_of(m) for m in wrong if m.id in START]
    others = [finding_of(m) for m in wrong if m.id not in START]
    cause, findings = found.cause, list(found.findings)
    if cause == "settings":
        findings = _in_order([*_no_hidden(program.spec), *examine()])
        if not any(finding.id == "symmetric_start" for finding in findings):
            findings = [*of_start, *findings]
    if others and cause != "bad luck":
        cause = "bug"
    notes = [sentence(program.said), *found.notes]
    if others and cause == "bad luck":
        notes.append(BESIDE)
    return replace(
        found, cause=cause, findings=(*others, *findings), notes=tuple(notes),
        settings=program.said.to_json(),
    )  # fmt: skip
