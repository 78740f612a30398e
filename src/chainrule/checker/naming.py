"""A found mistake in a teacher's words: the sentence, the formulas, and the evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from chainrule.checker.account import Account, Piece
from chainrule.checker.case import Case
from chainrule.checker.factors import Odd
from chainrule.checker.lines import place_of
from chainrule.checker.mistakes import table
from chainrule.checker.observation import Names, names_of
from chainrule.checker.scale import Factor, Sizes
from chainrule.checker.verdict import Mistake

ORDER = (
    "data", "start", "forward", "loss", "output delta", "hidden delta", "weight gradient",
    "bias gradient", "update", "loop",
)  # fmt: skip
SIGNS = {25, 48, 66}  # a wrong sign: steps go uphill, and nothing else helps
RATES = {11, 12, 13, 14, 15, 67, 68}  # a factor on every step: another learning rate, no more
TINY = r"-?\d(?:\.\d+)?e-(?:1[2-9]|[2-9]\d)"  # rounding, where numbers are around 1
SUM = re.compile(r"[^()·,:=]* [+−] [^()·,:=]*")  # "1 − a"; not "a (1 − a)", nor words


class Namer:
    """Knows what the learner calls things."""

    def __init__(self, case: Case, account: Account | None) -> None:
        self.case, self.account = case, account
        self.layers = len(case.main.before) if case.main else len(case.reading.names)

    def texts(self, layer: int | None, factor: str = "") -> dict[str, str]:
        """What the placeholders of the table stand for."""
        l = layer if layer is not None else self.layers - 1
        names = self.names(l)
        curve = "f"
        if self.account is not None and layer is not None:
            curves = [c.name for c in self.account.forward.curves]
            curve = [*curves, self.account.forward.last.name][l]
        return {
            "layer": f"layer {l + 1}" if layer is not None else "every layer",
            "W": names.W, "b": names.b, "dW": names.dW or f"d{names.W}",
            "db": names.db or f"d{names.b}", "d": f"d{l + 1}", "f": curve, "factor": factor,
        }  # fmt: skip

    def names(self, l: int) -> Names:
        return names_of(self.case.reading, l)

    def tensor(self, name: str) -> str:
        """ "1.dW" as the learner writes it."""
        l, kind = name.split(".")
        return str(getattr(self.names(int(l)), kind))

    # --------------------------------------------------------------- mistakes

    def of_pieces(self, account: Account) -> list[Mistake]:
        """One mistake for each number of the catalogue, however many layers it is in."""
        by_id: dict[int, list[Piece]] = defaultdict(list)
        for piece in account.wrong:
            for number in piece.way.ids:
                by_id[number].append(piece)
        return [self._of_piece(number, pieces, account) for number, pieces in by_id.items()]

    def _of_piece(self, number: int, pieces: list[Piece], account: Account) -> Mistake:
        first = pieces[0]
        evidence = self._agreement(pieces, account)
        if len(pieces) > 1:
            layers = sorted({piece.layer + 1 for piece in pieces}, reverse=True)
            evidence += f" The same in the layers {', '.join(map(str, layers))}."
        where = first.place if first.place != "slope" else "hidden delta"
        return self.mistake(number, first.layer, evidence, where=where, theirs=_written(first))

    def _agreement(self, pieces: list[Piece], account: Account) -> str:
        """The tensors that bear witness: those of the layers in question."""
        layers = {piece.layer for piece in pieces}
        kinds = {"weight gradient": ("dW",), "bias gradient": ("db",)}
        parts = []
        for name, found in account.fits:
            l, kind = name.split(".")
            if int(l) in layers and kind in kinds.get(pieces[0].place, ("dW", "db")):
                parts.append((name, found.off))
        if not parts:
            return "It follows from the layers below."
        numbers = sum(self.size(name) for name, _ in parts)
        off = max(off for _, off in parts)
        tensors = listed(self.tensor(name) for name, _ in parts)
        return f"All {numbers} numbers of {tensors} agree to {off:.0e} with {_written(pieces[0])}."

    def size(self, name: str) -> int:
        l, kind = name.split(".")
        assert self.case.main is not None
        layer = self.case.main.before[int(l)]
        return int(layer.W.size if kind == "dW" else layer.b.size if layer.b is not None else 0)

    def of_forward(self, account: Account) -> list[Mistake]:
        found = []
        for number in account.forward.ids:
            theirs = {
                4: f"a = {account.forward.last.formula}", 5: f"a = {account.forward.last.formula}",
                1: "z = a W", 10: "z = x W in every layer",
            }[number]  # fmt: skip
            layer = None
            if number in (4, 5):
                layer = self.layers - 1
            elif account.forward.bias.startswith("missing in"):
                layer = int(account.forward.bias.split()[-1])
            seen = self.case.main is not None and self.case.main.outputs is not None
            evidence = f"All answers agree with {theirs}." if seen else (
                f"All gradients agree with {theirs}."
            )  # fmt: skip
            found.append(self.mistake(number, layer, evidence, theirs=theirs))
        return found

    def of_odd(self, odd: Odd, sizes: Sizes, what: str = "") -> Mistake:
        factor, said = _factor_words(odd.factor, sizes)
        which = {
            "all": "Every gradient", "weights": "The gradients of the weights",
            "biases": "The gradients of the biases",
        }.get(odd.where, f"Layer {(odd.layer or 0) + 1}'s gradient")  # fmt: skip
        if odd.layer is not None and odd.where in ("weights", "biases"):
            name = self.names(odd.layer)
            which = name.dW if odd.where == "weights" else name.db
        is_are = "are" if which.endswith("s") else "is"
        once = factor if "{factor}" in table()[odd.id].sentence else said
        tail = f"{once} times what {what or 'the others say'}" if odd.factor else "0 throughout"
        evidence = f"{which} {is_are} {tail}."
        theirs = f"{factor} · the right gradient" if odd.factor else "0"
        return self.mistake(odd.id, odd.layer, evidence, theirs=theirs, factor=said)

    def mistake(
        self, number: int, layer: int | None, evidence: str, *, where: str = "", right: str = "",
        theirs: str = "", factor: str = "",
    ) -> Mistake:  # fmt: skip
        row = table()[number]
        words = self.texts(layer, factor)
        l = self.layers - 1 if layer is None else layer
        place = place_of(self.case, self.account, number, where or row.where, l)
        return Mistake(
            id=number,
            name=row.name,
            where=where or row.where,
            layer=layer,
            sentence=_filled(row.sentence, words),
            evidence=_without_rounding(evidence),
            formula_right=_filled(right or row.right, words),
            formula_theirs=_filled(theirs or row.wrong, words),
            line=place.line,
            sets=place.sets,
        )


def in_order(mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    """By harm: wrong signs, wrong formulas, then factors that change the learning rate alone.

    Of one kind, what comes first in a training step, and upper layers first going back.
    """
    return tuple(sorted(mistakes, key=lambda m: (_harm(m), ORDER.index(m.where), -(m.layer or 0))))


def _harm(mistake: Mistake) -> int:
    return 0 if mistake.id in SIGNS else 2 if mistake.id in RATES else 1


def _written(piece: Piece) -> str:
    """The learner's formula, named: d = da · f′(a)."""
    left = {
        "output delta": "d", "hidden delta": "da", "slope": "d",
        "weight gradient": "dW", "bias gradient": "db",
    }[piece.place]  # fmt: skip
    return f"{left} = {product(piece.way.key)}"


def product(formula: str) -> str:
    """A factor that is a sum, in parentheses: da · 1 − a is da · (1 − a)."""
    head, sign, rest = formula.partition(" · ")
    return f"{head} · ({rest})" if sign and SUM.fullmatch(rest) else formula


def listed(names: Iterable[str]) -> str:
    """dW2, db2 and dW1, each once."""
    found = list(dict.fromkeys(names))
    return " and ".join(filter(None, [", ".join(found[:-1]), found[-1]]))


def _without_rounding(evidence: str) -> str:
    """What is there by rounding alone is not there."""
    said = re.sub(f"there is {TINY} · [Wb]", "there is none of it", evidence)
    return re.sub(f"{TINY}(?= · )", "0", said)


def _factor_words(factor: Factor | float, sizes: Sizes) -> tuple[str, str]:
    """In a formula: "7 = m"; and once, with what m is: the checker's batch, not the learner's."""
    if not isinstance(factor, Factor):
        return f"{factor:.4g}", f"{factor:.4g}"
    value = sizes.value(factor)
    words = {"m": "the rows of the batch", "k": "the outputs", "N": "the rows in all"}
    text = str(factor)
    named = [f"{letter}, {words[letter]}: {size} in this test"
             for letter, size in zip("mkN", (sizes.rows, sizes.outputs, sizes.all), strict=True)
             if letter in text]  # fmt: skip
    if not named:
        return f"{value:g}", f"{value:g}"
    return text, f"{value:.4g} = {text} ({'; '.join(named)})"


def _filled(text: str, words: dict[str, str]) -> str:
    made = text.format_map(words)
    return made[:1].upper() + made[1:] if text.startswith("{layer}") else made
