"""Time and understanding in a real browser: the curve as a slider, derivations down to the data."""

from itertools import pairwise

import pytest

from chainrule.view import commands
from tests.studio.browser import opened

SETTINGS = {
    "data": "moons", "rows": 60, "test_rows": 30, "hidden": [[3, "tanh"], [2, "tanh"]],
    "batch_size": 10, "epochs": 40, "optimizer": "adam",
}  # fmt: skip


def trained(tab, steps=60):
    """Some steps, made by the keyboard."""
    for _ in range(steps // 10):
        tab.page.keyboard.press("Shift+ArrowRight")
    tab.wait_for_step(steps)
    tab.page.wait_for_timeout(300)  # the last points of the curve


@pytest.fixture
def configured(live):
    live.session.do(commands.Configure(1, SETTINGS))
    return live


def place(tab, share, height=0.5):
    """A place on the curve: a share of the axis from 0 to the end."""
    over = tab.page.locator(".plot .u-over").bounding_box()
    return over["x"] + share * over["width"], over["y"] + height * over["height"]


def drawn(tab):
    """The widths of all lines of the network."""
    return tab.page.locator("path.line").evaluate_all(
        "found => found.map(each => each.getAttribute('stroke-width'))"
    )


def test_a_weight_is_followed_down_to_the_data(browser, configured):
    with opened(browser, configured) as tab:
        trained(tab, 20)
        tab.page.keyboard.press("w")
        tab.page.locator(".bar").first.wait_for()
        assert tab.page.locator(".chain h3").first.inner_text().startswith("The update")
        seen = []
        for _ in range(25):
            last = tab.page.locator(".chain").last
            if last.locator(".end").count():
                break
            links = last.locator(".figures .link")
            before = tab.page.locator(".chain").count()
            links.nth(links.count() - 1 if not seen else 0).click()
            tab.wait_until(
                lambda n=before: tab.page.locator(".chain").count() > n, "the next link", 10
            )
            seen.append(tab.page.locator(".chain h3").last.inner_text())
        ends = tab.page.locator(".chain .end").last.inner_text()
        assert "chain ends here" in ends or "learnt" in ends or "remembers" in ends, seen
        assert len(seen) > 2
        chain = tab.page.locator(".chain").count()
        assert tab.page.locator(".chain .folded b").count() == chain - 2  # all but the newest
        assert tab.wrong == []


def test_another_bar_shows_that_point_s_share(browser, configured):
    with opened(browser, configured) as tab:
        trained(tab, 20)
        tab.page.keyboard.press("w")
        bars = tab.page.locator(".bar")
        bars.nth(3).wait_for()
        row = bars.nth(3).locator("span").inner_text()
        bars.nth(3).click()
        term = tab.page.locator(".term", has_text=f"point {row}")
        term.first.wait_for()
        assert bars.nth(3).get_attribute("aria-pressed") == "true"


def test_the_error_of_any_state_has_a_derivation(browser, configured):
    with opened(browser, configured) as tab:
        trained(tab, 60)
        tab.page.mouse.click(*place(tab, 20 / 240, 0.97))
        tab.wait_until(lambda: tab.step() == 20, "step 20")
        tab.page.locator(".plot").focus()
        tab.page.keyboard.press("Enter")
        tab.page.get_by_role("heading", name="Why is the error so large?").wait_for()
        shown = tab.page.locator(".chain h3 b").first.inner_text()
        assert shown == tab.page.locator(".numbers .strong dd").inner_text()
        assert "30 test points" in tab.page.locator(".why .where").inner_text()


def test_dragging_and_keys_cross_the_fork_as_one_line(browser, configured):
    with opened(browser, configured) as tab:
        trained(tab, 40)
        for _ in range(2):
            tab.page.keyboard.press("Shift+ArrowLeft")
        tab.wait_until(lambda: tab.step() == 20, "step 20")
        tab.page.wait_for_timeout(500)  # its lines are drawn a moment after its number
        past = drawn(tab)
        tab.page.keyboard.press("b")
        tab.page.locator(".ask .main-press").click()
        tab.page.locator(".branches li").nth(1).wait_for()
        for _ in range(2):
            tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(40)
        tab.page.mouse.move(*place(tab, 30 / 240))
        tab.page.mouse.down()
        steps = []
        for step in (30, 25, 20, 15, 10):
            tab.page.mouse.move(*place(tab, step / 240))
            tab.wait_until(lambda s=step: abs(tab.step() - s) <= 1, f"step {step}", 10)
            steps.append(tab.step())
        tab.page.mouse.up()
        assert all(one > other for one, other in pairwise(steps))
        assert "of B" in tab.page.locator(".step").inner_text()
        tab.page.keyboard.press("Home")
        tab.wait_until(lambda: tab.step() == 0, "the start")
        tab.page.keyboard.press("End")
        tab.wait_until(lambda: tab.step() == 40, "the newest step")
        for _ in range(2):
            tab.page.keyboard.press("Shift+ArrowLeft")
        tab.wait_until(lambda: tab.step() == 20, "the fork")
        tab.page.wait_for_timeout(500)
        assert drawn(tab) == past
        assert tab.wrong == []


def test_another_number_is_supposed_beside_the_true_one(browser, configured):
    with opened(browser, configured) as tab:
        trained(tab, 10)
        tab.page.keyboard.press("w")
        tab.page.locator(".chain .figures .link").first.wait_for()
        before = tab.page.locator(".chain h3 b").first.inner_text()
        weight = tab.page.locator('.chain .figures [data-to$="#"]').first
        weight.click()
        tab.page.locator("#what-if").fill("2")
        then = tab.page.locator(".then")
        then.wait_for()
        assert "With 2 instead of" in then.inner_text()
        assert then.locator("canvas").count() == 1
        assert tab.page.locator(".chain .folded b").count() in (0, 1)
        assert before in tab.page.locator(".why").inner_text()
        then.get_by_role("button").click()
        then.wait_for(state="detached")
        tab.page.locator("#what-if").fill("2x")
        tab.page.get_by_text("That is no number.").wait_for()
        assert configured.session.broken == ""


def test_a_program_is_judged_in_place_and_an_endless_one_stopped(browser, configured):
    with opened(browser, configured) as tab:
        tab.page.keyboard.press("3")
        area = tab.page.locator("#program")
        area.fill("import numpy as np\n\nx = 1\nraise ValueError('no')\n")
        tab.page.get_by_role("button", name="Check").click()
        tab.page.get_by_role("button", name="Show line 4").click()
        chosen = area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)")
        assert chosen == "raise ValueError('no')"
        area.fill("while True:\n    pass\n")
        tab.page.get_by_role("button", name="Check").click()
        tab.page.get_by_role("button", name="Stop").click()
        tab.page.locator(".verdict", has_text="stopped").wait_for(timeout=8000)
        assert tab.wrong == []


def test_silence_is_said_and_ends(browser, configured):
    """A connection that lives and says nothing; then one that speaks again."""
    with opened(browser, configured) as tab:
        silent = [False]

        def between(page):
            server = page.connect_to_server()
            server.on_message(lambda message: None if silent[0] else page.send(message))

        tab.page.route_web_socket("**/socket", between)
        tab.page.reload()
        tab.page.wait_for_selector("path.line[stroke]", state="attached")
        trained(tab, 10)
        silent[0] = True
        tab.page.get_by_text("No news from the studio for 2 s. What you see is step 10.").wait_for(
            timeout=8000
        )
        silent[0] = False
        tab.page.get_by_role("button", name="Try again").click()
        tab.page.get_by_text("No news").wait_for(state="detached", timeout=8000)
        assert tab.step() == 10


def test_on_a_phone_what_is_told_moves_nothing_away_from_the_pointer(browser, configured):
    """It did: the words under the network took one line or two, and the page shook for good."""
    with opened(browser, configured, "phone") as tab:
        trained(tab, 20)
        tab.page.keyboard.press("w")
        links = tab.page.locator(".formulas .link")
        links.first.wait_for()
        under = tab.page.locator(".under")
        tab.page.mouse.move(1, 1)
        heights, told = set(), set()
        for link in [None, *links.all()]:
            if link:
                link.hover()
            heights.add(under.bounding_box()["height"])
            told.add(under.locator("b").inner_text())
        assert len(told) > 2
        assert len(heights) == 1
