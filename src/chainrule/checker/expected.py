"""What the gradients should be times the canonical ones: by the learner's loss, or by usage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.fitting import near
from chainrule.checker.loss_values import LossFound, find_loss
from chainrule.checker.scale import Factor, Sizes

CONVENTIONS = [  # gradients that people write: of the mean or the sum, of (a − y)²/2 or (a − y)²
    Factor(rows=rows, outputs=outputs, twos=twos)
    for rows in (-1, 0) for outputs in (0, -1) for twos in (0, 1)
]  # fmt: skip
SAME = {("cross-entropy", "binary cross-entropy of each output")}


@dataclass(frozen=True)
class Expected:
    """base: the factor most gradients have. factor: the one they should have; None: any."""

    base: float
    factor: float | None
    loss: LossFound | None
    mismatch: int | None  # the mistake, when loss and delta are of different kinds
    account_loss: str
    sizes: Sizes
    strict: bool  # the learner's own loss says so
    value: float | None
    penalty: float = 0.0

    def ours(self, account: Account | None) -> bool:
        """The mean over rows of the loss summed over outputs, squares halved."""
        return near(self.base, 1 / self.sizes.rows)

    def conventions(self, account: Account) -> dict[str, Any]:
        name = self._name()
        said: dict[str, Any] = {
            "loss": self.account_loss or self._loss(account) or "unknown",
            "activations": [*(c.name for c in account.forward.curves), account.forward.last.name],
            "factor": f"{name} of the sum" if name else f"{self.base:.4g} of the sum",
            "batch": "mean" if name and name.rows else "sum",
            "outputs": "mean" if name and name.outputs else "sum",
        }
        if self.penalty:
            said["l2"] = float(f"{self.penalty:.6g}")
        return said

    def _name(self) -> Factor | None:
        """That of the loss itself, where it fits: with four rows 2/m and 1/2 are the same."""
        own = self.loss.factor if self.loss is not None and self.loss.id is None else None
        if own is not None and near(self.sizes.value(own), self.base) and self.sizes.rows > 1:
            return own
        return self.sizes.name(self.base)

    def _loss(self, account: Account) -> str:
        """Where the delta is none that a loss has: the loss itself, or that which it is near."""
        if self.loss is not None and self.loss.id is None:
            return self.loss.kind
        keys = [piece.way.key for piece in account.pieces if piece.place == "output delta"]
        kind = _nearest(keys[0], account) if keys else ""
        return f"{kind}, by its delta" if kind else ""


def _nearest(delta: str, account: Account) -> str:
    """Which loss a wrong delta was meant for, where its formula says so."""
    if delta.startswith(("−y / a", "(a − y) / ")):
        return "cross-entropy"
    is_slope = delta.startswith("(a − y) ") and account.forward.last.curve is not None
    return "squared error" if is_slope else ""


def expected(case: Case, account: Account) -> Expected:
    assert case.main is not None
    loss = find_loss(case.main, account.forward, case.strength)
    tied = case.reading.loss_is != "" and not case.sums_up
    mismatch = None
    kind = account.loss
    if loss is not None and loss.id is None and kind and loss.kind != kind:
        mismatch = _mismatch(loss.kind, kind, account)
        if mismatch is None:
            loss = None  # something to look at, not the loss that is learnt by
    if not tied:
        mismatch = None
    factor, strict = None, False
    if loss is not None and tied and loss.id is None:
        factor, strict = account.sizes.value(loss.factor), True
        if mismatch is not None:
            factor = abs(factor)
    base = _base(account, factor)
    if factor is None:
        factor = _usual(base, account.sizes)
    return Expected(
        base, factor, loss if tied else None, mismatch, kind, account.sizes, strict,
        case.main.loss, loss.penalty if loss is not None else 0.0,
    )  # fmt: skip


def _mismatch(of_loss: str, of_delta: str, account: Account) -> int | None:
    if (of_delta, of_loss) in SAME:
        return None
    if of_loss == "squared error" and of_delta in ("cross-entropy", "Poisson"):
        return 20
    if of_loss == "cross-entropy" and of_delta == "squared error":
        return 21 if account.forward.last.curve is not None else 22
    return None


def _base(account: Account, wanted: float | None) -> float:
    """The factor of most tensors; the wanted one where any has it; else a usual one."""
    factors = [round(f, 12) for f in account.factors.values() if f]
    if not factors:
        return 1.0
    if wanted is not None and any(near(f, wanted) for f in factors):
        return wanted
    counts = Counter(round(f, 8) for f in factors)
    usual = [f for f in counts if _usual(f, account.sizes, exact=True) is not None]
    top = max(counts.values())
    best = [f for f in counts if counts[f] == top]
    return float(next((f for f in best if f in usual), next(iter(usual), best[0])))


def _usual(base: float, sizes: Sizes, exact: bool = False) -> float | None:
    """The nearest usual factor: itself, or the one of which base is a simple multiple."""
    values = [sizes.value(f) for f in CONVENTIONS]
    for value in values:
        if near(value, base):
            return value
    if exact:
        return None
    if any(near(-value, base) for value in values):
        return -base
    if sizes.all > sizes.rows and near(base, 1 / sizes.all):
        return 1 / sizes.rows
    if near(base, 1 / sizes.rows**2) and sizes.rows > 1:
        return 1 / sizes.rows
    return None
