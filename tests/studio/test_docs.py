"""What the pages of the docs say of the studio is so: addresses, keys, what a lesson shows."""

import re
from pathlib import Path

import pytest

from chainrule.network import Network
from chainrule.training.loop import fit
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up

ROOT = Path(__file__).parents[2]
LESSON = (ROOT / "docs/how-to/two-minute-lesson.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/how-to/studio.md").read_text(encoding="utf-8")
ADDRESSES = re.findall(r"^#data=.*$", LESSON, re.MULTILINE)
HIDDEN = set(
    re.findall(r'^  \["(\w+)", "[^"]+"\],$', (ROOT / "web/src/hiding.ts").read_text(), re.M)
)


def trained(address):
    """The last point of the run that an address is."""
    setup = set_up(Chosen.from_address(address), Kept())
    network = Network.start(setup.spec, seed=setup.training.seed)
    return list(fit(network, setup.source.data, setup.training).history)[-1]


def test_there_are_addresses_and_parts():
    assert len(ADDRESSES) == 6
    assert {"setup", "headline", "doctor"} <= HIDDEN


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_one_and_hides_what_can_be_hidden(address):
    chosen = Chosen.from_address(address)
    set_up(chosen, Kept())
    hide = re.search(r"hide=([\w,]+)", address)[1].split(",")
    assert set(hide) <= HIDDEN
    assert "view=projector" in address  # an address without it is for one's own screen
    assert Chosen.from_address(chosen.to_address(tuple(hide))) == chosen


def test_the_lesson_shows_what_it_says():
    line, three, squares, fast = (trained(address) for address in ADDRESSES[:4])
    assert line.train == pytest.approx(0.25, abs=0.001)
    assert 380 <= three.step <= 395
    assert three.test < 0.01
    assert 120 <= squares.step <= 135
    assert squares.test < 0.01
    assert fast.train == pytest.approx(0.5, abs=0.001)


def test_the_guide_has_every_key_of_the_page():
    keys = re.findall(
        r'^  \["([^"]+)", "([^"]+)"\],$', (ROOT / "web/src/keys.ts").read_text(), re.M
    )
    assert len(keys) > 8
    for key, does in keys:
        assert f"| {key} | {does} |" in GUIDE
