"""What holds for the files of the repository, and that each of these checks can fail."""

from __future__ import annotations

import ast
import json
import re
import shutil
import socket
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LEFT_OUT = {".git", ".venv", ".venv-oldest", "_build", "build", "dist", "runs", "__pycache__"}

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.~\-])/(?:" + "|".join(["home", "root", "Users", "work"]) + r")/\w"
    r"|\b[A-Z]:[\\]Users[\\]"
)
REGISTRY = re.compile(
    r"\b(?:pypi\.|files\.python" + r"hosted\.|registry\.npm|registry\.yarn|deb\.debian\.)\w+", re.I
)
PLATFORM = re.compile(r"(?:linux|darwin|win32)-(?:x64|arm64)(?:-gnu|-msvc)?$")
RUNS_CODE = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}


def tracked() -> list[Path]:
    """The files of the repository: what git knows or would add, else what is there."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [p for p in ROOT.rglob("*") if not LEFT_OUT & set(p.relative_to(ROOT).parts)]
    return [p for p in files if p.is_file() and not p.is_symlink()]


def texts() -> dict[str, str]:
    """Name -> text of each file that is text."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found[path.relative_to(ROOT).as_posix()] = data.decode("utf-8", errors="replace")
    assert "LICENSE" in found, "the list of files is wrong: it lacks LICENSE"
    return found


def matches(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    found = {name: pattern.findall(text) for name, text in texts().items()}
    return {name: hits for name, hits in found.items() if hits}


def code_runners(source: str) -> list[str]:
    """What a source imports or asks for that could run code out of a data file."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.partition(".")[0] in RUNS_CODE]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] * (node.module.partition(".")[0] in RUNS_CODE)
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            allowed = not (isinstance(node.value, ast.Constant) and node.value.value is False)
            found += ["allow_pickle"] * allowed
    return found


def find_version(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else None


def test_no_path_of_a_machine() -> None:
    assert matches(MACHINE_PATH) == {}


@pytest.mark.parametrize("text", ["/" + "home/ada/x", "see /" + "work/main", "C:\\" + "Users\\ada"])
def test_a_path_of_a_machine_is_found(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["https://x.org/home/a", "net/work/a", "/usr/bin/env", "~/work/a"])
def test_other_paths_are_not(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_no_registry_host() -> None:
    assert matches(REGISTRY) == {}


@pytest.mark.parametrize(
    "host", ["pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org"]
)
def test_a_registry_host_is_found(host: str) -> None:
    assert REGISTRY.search(f"https://{host}/simple")


def test_no_lock_file_of_uv() -> None:
    assert [p for p in tracked() if p.name == "uv.lock"] == []
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def lock_faults(lock: dict[str, Any]) -> list[str]:
    """What keeps the page from being built on another system, or from another registry."""
    packages = lock["packages"]
    faults = [
        f"{name}: an address of a registry" for name, p in packages.items() if "resolved" in p
    ]
    for name, package in packages.items():
        for optional in package.get("optionalDependencies", {}):
            found = packages.get(f"node_modules/{optional}", {})
            if PLATFORM.search(optional) and "integrity" not in found:
                faults.append(f"{name}: no {optional} with its sum")
    return faults


def page_lock() -> dict[str, Any]:
    return json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))


def test_the_lock_of_the_page_is_of_every_system() -> None:
    lock = page_lock()
    assert lock_faults(lock) == []
    systems = {system for p in lock["packages"].values() for system in p.get("os", ())}
    assert {"darwin", "linux", "win32"} <= systems


def test_a_platform_left_out_of_the_lock_of_the_page_is_found() -> None:
    lock = page_lock()
    del lock["packages"]["node_modules/@biomejs/cli-darwin-arm64"]
    del lock["packages"]["node_modules/@biomejs/cli-win32-x64"]["integrity"]
    lock["packages"]["node_modules/preact"]["resolved"] = "https://example.org/preact.tgz"
    assert [fault.split(": ")[1] for fault in lock_faults(lock)] == [
        "an address of a registry", "no @biomejs/cli-darwin-arm64 with its sum",
        "no @biomejs/cli-win32-x64 with its sum",
    ]  # fmt: skip


def test_nothing_runs_code_out_of_a_data_file() -> None:
    sources = {n: t for n, t in texts().items() if n.startswith("src/") and n.endswith(".py")}
    assert "src/chainrule/__init__.py" in sources
    found = {name: code_runners(text) for name, text in sources.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    import os, pickle as p",
        "from pickle import load",
        "from joblib.numpy_pickle import load",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=anything)",
    ],
)
def test_code_out_of_a_data_file_is_found(source: str) -> None:
    assert code_runners(source)


def test_plain_loading_is_not() -> None:
    assert not code_runners("import json\nnp.load(path, allow_pickle=False)\n'pickle'")


def test_one_version_everywhere() -> None:
    package = (ROOT / "src" / "chainrule" / "__init__.py").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version = find_version(r'^__version__ = "(\d+\.\d+\.\d+\S*)"$', package)
    assert version is not None
    assert find_version(r"^version: (\S+)$", citation) == version


def test_licence_is_there_and_named() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n")
    assert "The chainrule authors" in licence
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "\nlicense: MIT\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


# ------------------------------------------------------------- tests/conftest.py keeps its word

ELSEWHERE = "192.0.2.1"  # reserved for documentation: nobody answers there


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_no_test_reaches_another_machine(method: str) -> None:
    with socket.socket() as s:
        s.settimeout(0.1)
        with pytest.raises(RuntimeError, match="without a network"):
            getattr(s, method)((ELSEWHERE, 80))


def test_no_test_asks_for_the_address_of_another_machine() -> None:
    with pytest.raises(RuntimeError, match="'example'"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://example/")


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as s:
            assert s.getpeername()[1] == port


def test_who_has_run_make_run_can_go_on() -> None:
    """The lines it prints begin with `chainrule`: what makes that a command is said with them."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    run = makefile.partition("\nrun:")[2].partition("\n\n")[0]
    assert "/activate" in run
    assert ">&2" in run.splitlines()[-1], "make run ARGS=--json prints one object"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = readme.partition("```sh\n")[2].partition("```")[0]
    assert first.index("make run") < first.index("activate")
