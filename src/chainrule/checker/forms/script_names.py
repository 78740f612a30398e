"""What scripts call things."""

from __future__ import annotations

import re

SURE_RATE = re.compile(
    r"(?i)^(learning_?rate|learn_?rate|lrate|l_?rate|lr|eta|step_?size|learning|lr_?0?|rate)$"
)
LIKELY_RATE = re.compile(r"(?i)learn|(^|_)(lr|eta|rate)($|_)")
PERHAPS_RATE = re.compile(r"(?i)^(alpha|a|epsilon|eps|h|step|n|l|r|gamma|nu|mu)$")
OTHER = re.compile(
    r"(?i)(lambda|lambd|lam|reg|^l[12]$|^l2_|penalty|decay|momentum|beta|drop|keep|clip|gamma|mu$|alpha)"
)
SETTING = re.compile(
    "|".join(f"(?:{p.pattern[4:]})" for p in (SURE_RATE, LIKELY_RATE, OTHER)) + "|^eps", re.I
)
LOSS = re.compile(
    r"^((?i:\w*loss\w*|\w*cost\w*|\w*mse\w*|e_?\w*tot\w*|bce|\w*entropy\w*|objective|ce|nll)|J)$"
)
NOT_LOSS = re.compile(
    r"(?i)(losses|costs|history|list|lambda|_fn|func|val_|test_|best|prev|last|d_?loss|d_?cost|grad)"
)
ERROR = re.compile(  # a loss only if it is made like one
    r"^((?i:\w*err\w*|sse|e|L|total|tot|running|obj)|E)$"
)
LOGARITHM = r"\blog(1p|addexp|2)?\("  # a single number made with it is a loss, whatever its name
BEST = ("total_loss", "loss", "cost", "J", "E_total", "total_cost", "mse")


def is_loss(name: str) -> bool:
    last = last_name(name)
    return bool(LOSS.match(last)) and not NOT_LOSS.search(last)


def last_name(name: str) -> str:
    """ "W1" of "self.layers[0].W1" and of "params['W1']"."""
    words = re.findall(r"[A-Za-z_]\w*", name)
    return words[-1] if words else ""


def loss_rank(name: str, names: list[str]) -> tuple[int, int]:
    """The surest first."""
    last = last_name(name)
    return (BEST.index(last) if last in BEST else len(BEST), names.index(name))
