"""What the figures belong to: the processor, what multiplies matrices, versions, the date."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

PACKAGES = (
    "chainrule", "numpy", "scikit-learn", "torch", "jax", "jaxlib", "onnxruntime", "onnx",
)  # fmt: skip
SETS = ("avx512f", "avx2", "sse4_2", "asimd")  # what a processor can do, the best first


def about() -> dict[str, Any]:
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "pinned": hasattr(os, "sched_setaffinity"),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: found for name in PACKAGES if (found := version(name))},
    }


def version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """The name in /proc/cpuinfo, its family and model (a virtual machine hides the name's end)."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    said = {name.strip(): value.strip() for name, _, value in (l.partition(":") for l in lines)}
    flags = said.get("flags", said.get("Features", "")).split()
    best = next((name for name in SETS if name in flags), "")
    place = f"family {said['cpu family']}, model {said['model']}" if "cpu family" in said else ""
    name = said.get("model name", platform.machine())
    return ", ".join(part for part in (name, place, best) if part)


def kernels(found: list[dict[str, Any]]) -> str:
    """What threadpoolctl saw: "openblas 0.3.31 SkylakeX, 1 thread"."""
    told = []
    for each in found:
        if each.get("user_api") == "blas":
            parts = (each["internal_api"], each.get("version"), each.get("architecture"))
            told.append(" ".join(str(part) for part in parts if part))
    return "; ".join(dict.fromkeys(told)) or "unknown: threadpoolctl is not installed"
