"""The compiled part as it is built: one binary that any processor of its family can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

native = pytest.importorskip("chainrule._native", reason="installed without its compiled part")
ROOT = Path(__file__).parents[2]
KERNELS = sorted(ROOT.glob("build/*/CMakeFiles/*_*.dir/native/kernels.cpp.o"))
SAFE = "DW.ref."  # addresses, not code


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def foreign(symbols: str, target: str) -> list[str]:
    """Weak functions of a kernel object that are not of its own namespace.

    The linker keeps one copy of such a function for the whole binary. It may be this one, which
    needs an instruction set that another processor lacks.
    """
    found = []
    for line in symbols.splitlines():
        *_, kind, name = line.split()
        if kind in "WVu" and f"{len(target)}{target}" not in name and not name.startswith(SAFE):
            found.append(name)
    return found


@pytest.mark.skipif(not KERNELS, reason="installed from a wheel: there are no objects to look at")
@pytest.mark.skipif(shutil.which("nm") is None, reason="nm is missing")
@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.parts[-3])
def test_kernels_share_no_code_between_instruction_sets(path: Path) -> None:
    nm = subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True, check=True)
    assert "table" in nm.stdout
    assert foreign(nm.stdout, path.parts[-3].partition("_")[0]) == []


def test_the_check_of_symbols_finds_what_it_looks_for() -> None:
    listed = (
        "0 W _ZN9chainrule6avx5125LanesIfE6slopesEv\n"
        "0 T _ZN9chainrule6avx5125tableIfEEv\n"
        "0 V DW.ref.__gxx_personality_v0\n"
        "0 W _ZNSt6vectorIiSaIiEE9push_backEOi\n"
        "0 W _ZNK9chainrule4Plan7keeps_mEv\n"
    )
    assert foreign(listed, "avx512") == [
        "_ZNSt6vectorIiSaIiEE9push_backEOi", "_ZNK9chainrule4Plan7keeps_mEv",
    ]  # fmt: skip


def test_the_best_target_is_in_use() -> None:
    best = run("from chainrule import _native; print(_native.target())", CHAINRULE_TARGET="")
    assert best.stdout.split() == [native.targets()[0]], best.stderr
    assert native.targets()[-1] == "base"


@pytest.mark.parametrize("target", native.targets())
def test_any_target_can_be_asked_for(target: str) -> None:
    code = "from chainrule.engine.native import native, _native; print(_native.target())"
    done = run(code, CHAINRULE_TARGET=target)
    assert done.stdout.split() == [target], done.stderr


def test_a_target_that_is_not_there_is_refused() -> None:
    done = run("from chainrule import _native; _native.target()", CHAINRULE_TARGET="z80")
    assert "UsageError: CHAINRULE_TARGET: needs an instruction set" in done.stderr
    assert "base, got z80." in done.stderr


def test_fingerprints_differ_between_targets_and_not_between_processes() -> None:
    code = "from chainrule.engine.native import native; print(native.fingerprint)"
    found = [run(code, CHAINRULE_TARGET=target).stdout.strip() for target in native.targets()]
    assert len(set(found)) == len(found)
    assert all(len(each) == 12 and int(each, 16) >= 0 for each in found)
    assert run(code, CHAINRULE_TARGET=native.targets()[0]).stdout.strip() == found[0]


def test_without_the_compiled_part_a_sentence_says_why() -> None:
    code = (
        "import sys; sys.modules['chainrule._native'] = None\n"
        "from chainrule.engine.native import native, why_not\n"
        "from chainrule.spec import Spec, Training\n"
        "assert native.supports(Spec.chain([2, 1]), Training(steps=1)) == why_not()\n"
        "print(why_not())"
    )
    done = run(code)
    assert "no compiled part" in done.stdout, done.stderr


def test_importing_chainrule_does_not_load_it() -> None:
    done = run("import chainrule, sys; print('chainrule._native' in sys.modules)")
    assert done.stdout.split() == ["False"], done.stderr
