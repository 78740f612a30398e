"""Programs that are checked in the studio: whatever they do, the page goes on."""

import asyncio
import json
from time import monotonic

import pytest

from tests.studio.live import studio

ENDLESS = "import numpy as np\n\nwhile True:\n    pass\n"
RIGHT = """\
import numpy as np

def gradient(params, X, y):
    W, b = params
    d = 2 * (X @ W + b - y) / len(X)
    return [X.T @ d, d.sum(axis=0)]
"""
WRONG = RIGHT.replace("X.T @ d", "-X.T @ d")
CRASHING = "import numpy as np\n\nx = 1\nraise ValueError('no')\n"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("runs")) as running:
        yield running


def asked(number):
    return json.dumps({"do": "check", "id": number, "program": ENDLESS})


def told(live, program):
    async def go():
        async with live.page() as page:
            return await page.say("check", program=program)

    return asyncio.run(go())


def test_right_wrong_and_crashing_programs_are_told_apart(live):
    assert told(live, RIGHT)["headline"].startswith("Right")
    wrong = told(live, WRONG)
    assert wrong["headline"].startswith(("Wrong", "Not right"))
    assert wrong["verdict"]["status"] in ("wrong", "unknown")
    crashed = told(live, CRASHING)
    assert crashed["verdict"]["status"] == "error"
    assert crashed["line"] == 4


def test_a_program_that_trains_nothing_is_no_wrong_one(live):
    for program in ("print('hello')", "x = 1", "for k in range(3):\n    print(k)"):
        found = told(live, program)
        assert found["headline"] == "Nothing to check: no step of training was found in it."
        message = found["verdict"]["message"]
        assert "needs a step of training to look at" in message
        assert "got none (" in message
        assert "function that returns the gradient of each weight" in message
    prose = told(live, "This is no program, but a letter.\nDear reader!")
    assert prose["headline"] == "It can't be checked."
    assert "needs to be Python" in prose["verdict"]["message"]


def test_an_endless_program_holds_nothing_up_and_can_be_stopped(live):
    async def go():
        async with live.page() as page:
            await page.say("hello")
            begun = monotonic()
            page.count += 1
            number = page.count
            await page.line.send(asked(number))
            moved = await page.say("step", by=1)
            assert moved["step"] == 1
            assert not any(news.get("re") == number for news in page.news)
            await asyncio.sleep(0.5)
            await page.say("stop_check")
            found = await page.until(lambda news: news.get("re") == number)
            return found, monotonic() - begun

    found, seconds = asyncio.run(go())
    assert found["is"] == "checked"
    assert "stopped" in found["verdict"]["message"]
    assert seconds < 9  # its own time is 10 s


def test_nobody_ends_the_check_of_another_page(live):
    async def go():
        async with live.page() as page, live.page() as other:
            page.count += 1
            await page.line.send(asked(page.count))
            await asyncio.sleep(0.5)
            assert (await other.say("stop_check"))["is"] == "done"
            assert (await other.say("step", by=1))["is"] == "done"
            with pytest.raises(TimeoutError):
                await page.until(lambda news: news["is"] == "checked", seconds=1)
            await page.say("stop_check")
            return await page.until(lambda news: news["is"] == "checked")

    assert "stopped" in asyncio.run(go())["verdict"]["message"]


def test_who_leaves_takes_the_check_along(live):
    async def go():
        async with live.page() as page:
            page.count += 1
            await page.line.send(asked(1))
            await asyncio.sleep(0.3)
        async with live.page() as other:
            begun = monotonic()
            await other.say("check", program=RIGHT)
            return monotonic() - begun

    assert asyncio.run(go()) < 9


def test_a_huge_program_is_refused_in_four_parts(live):
    found = told(live, "x = 1\n" * 40_000)
    assert found["is"] == "failed"
    assert "200,000" in found["needs"]
