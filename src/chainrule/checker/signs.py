"""A sign that is turned round in one layer: by its delta, its gradient, or the step made of it.

Of a program that shows only its steps, these look the same in the numbers of that layer. A delta
hands its sign down to the layers below; and where the program has dW under a name of its own, a
step that goes along dW, where it has to go against it, is a mistake of the update.
"""

from __future__ import annotations

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.factors import Odd
from chainrule.checker.fitting import fit, near
from chainrule.checker.naming import Namer
from chainrule.checker.scale import Factor
from chainrule.checker.tensors import steps
from chainrule.checker.verdict import Mistake

EXACT = 1e-6
IN_ONE_LAYER, UPHILL = 48, 66  # of the catalogue


def of_sign(
    case: Case, account: Account, base: float, odd: Odd, namer: Namer
) -> Mistake | None:  # fmt: skip
    """The mistake, where it is a sign in one layer and not that of the layer's delta."""
    if odd.id != IN_ONE_LAYER or odd.factor != Factor(sign=-1):
        return None
    layer = namer.layers - 1 if odd.layer is None else odd.layer  # None: all weights
    W, dW = namer.names(layer).W, _along(case, layer)
    if dW is not None:
        return namer.mistake(
            UPHILL, odd.layer, f"{W} becomes {W} + η {dW}. The sign of {dW} itself is right.",
            right=f"{W} ← {W} − η {dW}", theirs=f"{W} ← {W} + η {dW}",
        )  # fmt: skip
    below = account.factors.get(f"{layer - 1}.dW")
    if odd.where != "weights" and (below is None or not near(below, base)):
        return None  # its delta has the sign, and hands it down
    evidence = f"{namer.names(layer).dW} is −1 times what it should be. Its delta is right."
    return namer.mistake(
        IN_ONE_LAYER, odd.layer, evidence,
        where="weight gradient",
        right="{dW} = a₋ᵀ {d}, then {W} ← {W} − η {dW}",
        theirs="{dW} = −a₋ᵀ {d}, or {W} ← {W} + η {dW}",
    )  # fmt: skip


def _along(case: Case, layer: int) -> str | None:
    """The program's own dW, where the step goes along it; None where any array says otherwise."""
    call = case.main
    if call is None or call.after is None or not case.of_step:
        return None
    step = steps(call)[layer]
    if step is None or step.W.size < 2:
        return None
    fits = {
        name: fit(value if value.shape == step.W.shape else value.T, step.W)
        for name, value in call.seen.items()
        if value.ndim == 2 and step.W.shape in (value.shape, value.T.shape) and value.any()
    }
    along = {name: found.factor for name, found in fits.items() if found.off < EXACT}
    if any(factor > 0 for factor in along.values()):
        return None
    plain = [n for n, factor in along.items() if case.rate is None or near(factor, -1.0)]
    return next(iter(plain), None)
