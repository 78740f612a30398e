"""What every test has: a seeded generator, a battery of chosen size, and no way off the machine."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

# Before NumPy comes: two suites run beside each other, and threads that wait for work count as
# processor time, of which the checker allows each program only so much.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

Item = TypeVar("Item")
SEED = 20260101
HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none
SAMPLE = 12  # items of a big battery in an ordinary run

# The profile in force stays (hypothesis draws the same examples each time where CI is set), except
# that a slow machine is no failure.
settings.register_profile("chainrule", parent=settings(), deadline=None, print_blob=True)
settings.load_profile("chainrule")


def pytest_sessionstart() -> None:
    """Signals end what tests start, even where a shell's `&` or nohup had them ignored."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (HANGUP, signal.SIG_DFL)):
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chainrule")
    group.addoption("--seed", type=int, default=SEED, help=f"of all draws (default {SEED})")
    group.addoption(
        "--battery",
        type=battery_size,
        default=SAMPLE,
        metavar="N",
        help=f"items to run of each big battery, or 'all' (default {SAMPLE})",
    )


def battery_size(text: str) -> int | None:
    """The number of items, or None for all."""
    return None if text == "all" else int(text)


def pytest_report_header(config: pytest.Config) -> str:
    size = config.getoption("--battery")
    return f"chainrule: --seed {config.getoption('--seed')} --battery {size or 'all'}"


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--seed"))


@pytest.fixture
def rng(seed: int) -> np.random.Generator:
    """A fresh generator for each test, so that no test depends on another."""
    return np.random.default_rng(seed)


@pytest.fixture
def battery(request: pytest.FixtureRequest, seed: int) -> Callable[[Sequence[Item]], list[Item]]:
    """`battery(items)`: the items to run, drawn by --seed, in their own order."""
    size = request.config.getoption("--battery")

    def choose(items: Sequence[Item]) -> list[Item]:
        if size is None or size >= len(items):
            return list(items)
        chosen = np.random.default_rng(seed).choice(len(items), size, replace=False)
        return [items[i] for i in sorted(chosen)]

    return choose


# ------------------------------------------------------------------------------- no way out


class LeavesTheMachine(RuntimeError):
    """A test tried to reach another machine. Not an OSError, which code might quietly catch."""


def is_local(host: Any) -> bool:
    """Whether a host stands for this machine: a loopback address or its name."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def pytest_configure(config: pytest.Config) -> None:
    """Guard sockets before any test module is imported."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def guard(host: Any) -> None:
        if not is_local(host):
            raise LeavesTheMachine(f"a test tried to reach {host!r}: tests run without a network")

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple):  # a Unix socket has a path for an address
                guard(address[0])
            return method(self, address)

        return call

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        guard(host)
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


@pytest.fixture(scope="module")
def patient() -> Iterator[None]:
    """The studio waits for single steps however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chainrule.view.session.MOMENT", 30.0)
        yield
