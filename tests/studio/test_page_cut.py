"""When the line breaks: the page says so, comes back by itself, and has every point once."""

import json
import signal
import socket
from itertools import pairwise

import pytest

from chainrule import RunFile
from tests.studio.browser import SIZES, entered, opened
from tests.studio.live import started

STALE = "No news from the studio"
ENDED = "The studio in the terminal has ended. Start it again with chainrule studio"


def curve(tab, branch="A"):
    """The steps of the points that the page holds, put together from what it heard.

    A piece begins at a point that the page said it has, or was given before: else it is an error.
    """
    held = {}
    for socket_said in tab.sockets:
        session = None
        for text in socket_said:
            news = json.loads(text)
            if news.get("do") == "hello":
                session = news["session"]
                for name, count in news["have"].items():
                    assert count == len(held[session, name])
            elif news.get("is") == "welcome":
                session = news["session"]
            elif news.get("is") == "curve":
                steps = held.setdefault((session, news["branch"]), [])
                assert news["first"] in (0, len(steps))
                steps[news["first"] :] = news["step"]
                assert len(steps) == news["next"]
    return held[session, branch]


def is_whole(steps):
    return steps[0] == 0 and all(a < b for a, b in pairwise(steps))


def goes_on(tab):
    before = tab.step()
    tab.wait_until(lambda: tab.step() > before, f"a step after {before}")


def line(tab):
    return tab.page.locator(".words .line").inner_text()


def test_after_a_cut_no_point_is_missing_and_none_is_there_twice(browser, live):
    with opened(browser, live) as tab:
        tab.page.get_by_role("button", name="Play").click()
        for sockets in (2, 3):
            goes_on(tab)
            live.cut()
            tab.wait_until(lambda n=sockets: len(tab.sockets) == n, "a new connection")
        goes_on(tab)
        tab.page.get_by_role("button", name="Pause").click()
        tab.page.get_by_role("button", name="Play").wait_for()  # told once the pause is over
        points = [point.step for point in live.session.line.points]
        tab.wait_until(lambda: len(curve(tab)) == len(points), "all points")
        assert curve(tab) == points
        assert is_whole(points)
        hello = json.loads(tab.sockets[-1][0])
        assert hello["have"]["A"] > 0  # it asked for the rest, not for all of it


def test_two_tabs_show_one_session(browser, live):
    with opened(browser, live) as first:
        second = entered(first.page.context, first.page.url)
        first.page.get_by_role("button", name="Step", exact=True).click()
        for tab in (first, second):
            tab.wait_until(lambda tab=tab: tab.step() == 1, "step 1")
        second.page.get_by_role("button", name="Play").click()
        first.page.get_by_role("button", name="Pause").wait_for()
        for tab in (first, second):
            tab.wait_for_step(20)
        first.page.get_by_role("button", name="Pause").click()
        for tab in (first, second):  # told once the pause is over, and not only begun
            tab.page.get_by_role("button", name="Play").wait_for()
        step = live.session.step
        for tab in (first, second):
            tab.wait_until(lambda tab=tab: tab.step() == step, f"step {step}")
        first.wait_until(lambda: first.numbers() == second.numbers(), "the same numbers")
        assert curve(first) == curve(second)
        assert second.wrong == []
        second.page.close()
        first.page.keyboard.press("ArrowRight")
        first.wait_for_step(step + 1)
        assert first.wrong == []


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGKILL])
def test_a_page_finds_back_when_the_server_is_started_again(browser, tmp_path, ended_by):
    port = free_port()
    width, height = SIZES["small"]
    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        with started(tmp_path, "--port", port) as (process, printed):
            tab = entered(context, printed["url"])
            tab.page.get_by_role("button", name="Play").click()
            tab.wait_for_step(30)
            process.send_signal(ended_by)
            assert process.wait(30) == (0 if ended_by is signal.SIGINT else -ended_by)
        shown = tab.step()
        tab.wait_until(lambda: line(tab).startswith(ENDED), "that nobody is there any more")
        assert f"What you see is step {shown}" in line(tab)
        assert tab.headline() == "The studio has ended."
        assert tab.page.locator(".time[inert], .inside[inert]").count() == 2
        (path,) = (tmp_path / "runs").glob("*.chainrule")
        with started(tmp_path, str(path), "--port", port) as (process, _):
            tab.wait_until(lambda: not line(tab).startswith((STALE, ENDED)), "news")
            with RunFile(path) as run:
                saved = run.steps()[-1]
            tab.wait_until(lambda: tab.step() == saved, f"step {saved}, the last that was saved")
            assert ended_by is signal.SIGKILL or saved >= shown  # Ctrl-C loses nothing
            tab.page.get_by_role("button", name="Play").click()
            tab.wait_for_step(saved + 10)
            tab.page.get_by_role("button", name="Pause").click()
            tab.page.get_by_role("button", name="Play").wait_for()
            steps = curve(tab)
            assert is_whole(steps)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        with RunFile(path) as run:
            assert steps == [point.step for point in run.history() if point.step <= steps[-1]]
    finally:
        context.close()
