"""One reading of a program, made ready to be judged: the numbers to explain, and how exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from time import process_time

import numpy as np

from chainrule.checker.account import Account
from chainrule.checker.fitting import COARSE, TOLERANCE, fit, near
from chainrule.checker.forward import (
    TRIED_LASTS,
    Forward,
    Pass,
    mixed_ways,
    right_ways,
    wrong_ways,
)  # fmt: skip
from chainrule.checker.observation import Call, Reading
from chainrule.checker.search import accounts, again
from chainrule.checker.tensors import Tensors, filled, moves, multiple, steps

MAIN = ("distinct", "own", "equal", "fresh", "one row")  # the first of these that there is
MEMORY = re.compile(
    r"v|m|mom\w*|vel\w*|beta\w*|mu|gamma|rho|[vmsu]_?d?[wb]\d*|prev\w*|state|cache\w*"
)
LAMBDA = re.compile(r"lam|lambd|lambda\w*|lmbda\d?|reg(?!ress)\w*|l2|decay|weightdecay|wd|penalty")
RATE = {"lr", "rate", "learning", "eta"}  # whose decay is another matter
SEARCHING = 2.0  # seconds at most for one reading
DIFFERENCES = 1e-4  # central differences are no better near kinks of a large network
ANSWERS = 1e-5  # answers of the right way differ from the learner's by clipping at most


class Case:
    """The calls of a reading, and the accounts that can be given of them."""

    def __init__(self, reading: Reading, seconds: float = SEARCHING, first: str = "") -> None:
        self.reading, self.first = reading, first
        self.calls = [call for call in reading.calls if self.theirs(call) is not None]
        self.deadline = process_time() + seconds

    @cached_property
    def main(self) -> Call | None:
        whole = [call for call in self.calls if self._whole(call)]
        moving = [call for call in whole if call.gradients or moves(call)]
        for calls in (moving, whole, self.calls):
            for name in (self.first, *MAIN):
                for call in calls:
                    if call.probe == name:
                        return call
        return self.calls[0] if self.calls else None

    @cached_property
    def chains(self) -> bool:
        """The weights lead from x to y."""
        if self.main is None:
            return False
        sizes = [self.main.x.shape[1], *(layer.W.shape[1] for layer in self.main.before)]
        rows = [layer.W.shape[0] for layer in self.main.before]
        return sizes[:-1] == rows and sizes[-1] == self.main.y.shape[1]

    def _whole(self, call: Call) -> bool:
        """Every layer has a gradient of its shape."""
        return all(layer is not None for layer in self.theirs(call) or ())

    def theirs(self, call: Call) -> Tensors | None:
        """The learner's gradients; or the step, divided by the learning rate where it is known.

        A gradient that doesn't fit its parameter is seen by the step that is made with it.
        """
        if call.gradients is None or self.by_steps:
            return steps(call) if call.after is not None else None
        if call.after is None or call.learning_rate is None:
            return call.gradients
        return tuple(map(filled, call.gradients, steps(call)))

    @cached_property
    def by_steps(self) -> bool:
        """What was taken for gradients is a part of them: the steps are other multiples of it."""
        if self.reading.form == "functions":  # a function gave them back as gradients
            return False
        call = next((c for c in self.reading.calls if c.gradients and c.after), None)
        if self.reading.form == "script":  # there, what is subtracted is called the gradient
            return call is not None
        if call is None or not call.learning_rate or call.gradients is None:
            return False
        pairs = [
            (g, s)
            for mine, step in zip(call.gradients, steps(call), strict=True)
            if mine is not None and step is not None
            for g, s in zip(mine, step, strict=True)
            if g is not None and s is not None and g.shape == s.shape
        ]
        if not any(s.any() for _, s in pairs):
            return False  # no step at all: the gradients are what there is
        own = multiple(call.gradients, call.numeric, DIFFERENCES)
        if own is not None and near(own, 1.0, 1e-3):
            return False  # they are those of its own loss; the step does something else with them
        fits = [fit(g, s) for g, s in pairs if g.any()]
        exact = all(found.off < 1e-5 for found in fits)
        return exact and any(not near(found.factor, 1.0) for found in fits)

    @property
    def of_step(self) -> bool:
        """The numbers are steps, not gradients."""
        return self.main is not None and (self.main.gradients is None or self.by_steps)

    @property
    def rate(self) -> float | None:
        return self.main.learning_rate if self.main is not None and self.of_step else None

    @property
    def free_scale(self) -> bool:
        """The learning rate is not known, so a factor on all tensors says nothing."""
        return self.of_step and self.rate is None

    @cached_property
    def tolerance(self) -> float:
        assert self.main is not None
        layers = self.main.gradients or self.main.after or ()
        coarse = any(layer is not None and layer.W.dtype == np.float32 for layer in layers)
        coarse |= self.main.x.dtype == np.float32
        return COARSE if coarse else TOLERANCE

    @property
    def sums_up(self) -> bool:
        """Its loss is added up over several batches, so its size says nothing of one."""
        return (
            self.reading.loss_is.startswith("sum")
            and self.main is not None
            and len(self.main.x) > 1
        )

    @cached_property
    def strength(self) -> float | None:
        """The λ that the program names."""
        for name, number in self.reading.settings.items():
            words = re.findall(r"[a-z]+\d*", name.lower())
            of_rate = "decay" in words and "weight" not in words and number > 0.5
            if number and any(map(LAMBDA.fullmatch, words)) and not (RATE & {*words} or of_rate):
                return number
        return None

    @cached_property
    def remembers(self) -> bool:
        """The program has names for a memory of earlier steps."""
        call = next(iter(self.reading.calls), None)
        names = [*self.reading.settings, *self.reading.lines, *(call.seen if call else ())]
        return any(MEMORY.fullmatch(name.split(".")[-1].strip("_").lower()) for name in names)

    # ------------------------------------------------------------------ accounts

    def accounts(self) -> list[Account]:
        """Every way to account for the numbers of the main call; the cheapest first."""
        best: list[Account] = []
        for stage, wide in self._stages():
            for added in ("W", "1") if self.strength else ("", "W"):
                found = self._tried(stage, added, wide)
                if found and found[0].stuck is None:
                    return found
                best = best or found
        return best

    def _tried(self, ways: list[Forward], added: str, wide: bool) -> list[Account]:
        """What these forward passes account for, as far as there is time."""
        found: list[Account] = []
        for way in ways:
            if process_time() > self.deadline:
                break
            found += self._of(way, added, wide)
        return sorted(found, key=lambda a: (a.stuck is not None, -(a.stuck or 0), a.cost))

    def _of(self, way: Forward, added: str, wide: bool) -> list[Account]:
        assert self.main is not None
        theirs = self.theirs(self.main)
        assert theirs is not None
        return accounts(self.main, theirs, way, self.tolerance, added, wide=wide)

    def _stages(self) -> Iterator[tuple[list[Forward], bool]]:
        """Forward passes to try: those that give the program's answers, where it shows them.

        And whether the last layer's dW may be made in a wrong way, too.
        """
        assert self.main is not None
        hidden = len(self.main.before) - 1
        biases = any(layer.b is not None for layer in self.main.before)
        right, wrong = [*right_ways(hidden)], [*wrong_ways(hidden, biases)]
        usual = [way for way in right if way.is_usual]
        if dropping := [*filter(self._drops, (way._replace(dropped=True) for way in usual))]:
            yield dropping, False
            if self.main.outputs is not None:
                return
            # the "mask" may be another array of 0 and 1, such as one that counts large outputs
        if self.main.outputs is not None:
            for ways in (right, wrong, mixed_ways(hidden)):
                agreeing = [way for way in ways if self.answers_agree(way)]
                if agreeing:
                    yield self._with_lasts(agreeing), False
                    yield self._with_lasts(agreeing), True
                    return
        yield usual, False
        if self.own_factor is None:
            yield wrong, False
            if self.main.outputs is None:
                yield [*mixed_ways(hidden)], False
            yield usual, True

    def _drops(self, way: Forward) -> bool:
        """Hidden units are switched off, under this way; its answers are the program's."""
        call = self.main
        assert call is not None
        return Pass(call, way).drops and (call.outputs is None or self._agrees(call, way))

    @cached_property
    def answers_known(self) -> bool:
        """The program's answers are those of a network that we know."""
        if self.main is None or self.main.outputs is None:
            return False
        return any(self.answers_agree(way) for way in right_ways(len(self.main.before) - 1))

    def usual_ways(self) -> list[Forward]:
        """The right forward passes to try first; those that give the answers, where seen."""
        assert self.main is not None
        ways = [way for way in right_ways(len(self.main.before) - 1) if way.is_usual]
        if self.main.outputs is None:
            return ways
        return [way for way in ways if self.answers_agree(way)] or ways

    def _with_lasts(self, agreeing: list[Forward]) -> list[Forward]:
        """Answers that are the last layer's z leave open what follows."""
        found = agreeing[:8]
        scores = next((way for way in agreeing if way.last.name == "identity"), None)
        if scores is None:
            return found
        others = [way.last for way in right_ways(0) if way.last.name in TRIED_LASTS]
        return found + [scores._replace(last=last) for last in others if last.name != "identity"]

    def answers_agree(self, way: Forward) -> bool:
        """The way gives the program's answers, in the main call and in those of other numbers."""
        others = [call for call in self.calls if call.probe == "fresh"]
        return all(self._agrees(call, way) for call in (self.main, *others) if call is not None)

    def _agrees(self, call: Call, way: Forward) -> bool:
        if call.outputs is None:
            return call is not self.main
        with np.errstate(all="ignore"):
            a = Pass(call, way).a[-1]
        if a.shape != call.outputs.shape:
            return False
        off = np.abs(a - call.outputs).max(initial=0.0)
        limit = ANSWERS if self.tolerance == TOLERANCE else COARSE
        return bool(off <= limit * max(1.0, np.abs(call.outputs).max(initial=0.0)))

    # ------------------------------------------------------------- the program's own loss

    @cached_property
    def own_factor(self) -> float | None:
        """theirs = factor · the derivative of the program's own loss, if all tensors say so."""
        if self.main is None:
            return None
        limit = max(DIFFERENCES, self.tolerance)
        return multiple(self.theirs(self.main), self.main.numeric, limit)

    # ---------------------------------------------------------------- confirming

    def found_elsewhere(self) -> Iterator[Account]:
        """Accounts of another call that hold for the main one, too.

        Numbers by which two formulas agree in one call, such as a mask that masks nothing.
        """
        for name in ("fresh", "equal"):
            other = Case(self.reading, max(self.deadline - process_time(), 0.2), name)
            if other.main is None or other.main.probe != name or self.main is None:
                continue
            for account in other.accounts()[:4]:
                theirs = self.theirs(self.main)
                here = (
                    again(account, self.main, theirs) if theirs and account.stuck is None else None
                )
                if here is not None and here.off <= self.tolerance and self.confirmed(here):
                    yield here

    def confirmed(self, account: Account) -> bool:
        """The same account holds for other numbers and another batch size, too."""
        assert self.main is not None
        for call in self.calls:
            theirs = self.theirs(call)
            if call.probe not in ("fresh", "equal", "one row") or call is self.main or not theirs:
                continue
            if call.probe == "equal" and account.forward.dropped:
                continue  # with layers of one size it is not told whose mask is whose
            other = again(account, call, theirs)
            if other is None or not other.off <= self.tolerance * 100:
                return False
            if len(call.x) == len(self.main.x) and not account.same_factors(other):
                return False
        return True
