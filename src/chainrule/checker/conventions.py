"""A convention that is not ours, in words."""

from __future__ import annotations

import re
from typing import Any


def own_convention(found: dict[str, Any]) -> str:
    """What the gradients are gradients of, where it is not what this library takes."""
    if "checked by" in found or "factor" not in found:
        return "a loss of its own"
    if not re.match(r"[12](/| )", found["factor"]):
        return str(found["factor"])
    mean = [
        word for word, key in (("rows", "batch"), ("outputs", "outputs")) if found[key] == "mean"
    ]
    over = f"the mean over the {' and the '.join(mean)}" if mean else "the sum over the rows"
    if found["factor"][0] == "1":
        return over
    return f"{over}, {'without the ½' if 'squared' in found['loss'] else 'times 2'}"
