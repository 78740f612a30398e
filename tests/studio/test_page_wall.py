"""On the wall of a class room: what matters is large, and the panel makes room for it."""

import pytest

from tests.studio.browser import entered, opened

PANEL = "Settings and answers"
WALLS = {"laptop": (1440, 900), "wall": (1920, 1080), "small": (1280, 800)}


@pytest.mark.parametrize("wall", WALLS)
def test_the_pictures_and_the_curve_have_the_room(browser, live, wall):
    with opened(browser, live) as tab:
        width, height = WALLS[wall]
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.evaluate("() => { location.hash = 'view=projector'; }")
        tab.page.get_by_role("region", name=PANEL).wait_for(state="detached")
        tab.wait_until(lambda: share(tab, ".plot", width) > 0.35, "a wide curve", 5)
        tab.wait_until(lambda: share(tab, ".map", width) > 0.25, "a large map", 5)
        size = tab.page.locator("h1").evaluate(
            "each => each.getBoundingClientRect().height / getComputedStyle(each).zoom"
        )
        assert size > 34 * height / 900  # 29 on a laptop's usual page
        low, high = (
            tab.page.locator(".scale > span").nth(k).bounding_box() for k in (1, 2)
        )  # 0 outside, 1 inside
        assert low["x"] + low["width"] + 8 < high["x"] or low["y"] + low["height"] <= high["y"] + 1
        assert tab.wrong == []


def share(tab, selector, width):
    return tab.page.locator(selector).first.bounding_box()["width"] / width


def test_the_panel_comes_back_by_a_press_or_a_question(browser, live):
    with opened(browser, live) as tab:
        second = entered(tab.page.context, f"{tab.page.url}#view=projector").page
        panel = second.get_by_role("region", name=PANEL)
        assert panel.count() == 0
        second.get_by_role("button", name="Show the panel").click()
        second.get_by_role("tab", name="Setup").wait_for()
        second.get_by_role("button", name="Fold the panel").click()
        panel.wait_for(state="detached")
        second.get_by_role("button", name="Why this error?").click()
        second.get_by_role("heading", name="Why is the error").wait_for()
        second.get_by_role("button", name="Close").click()
        panel.wait_for(state="detached")
        second.evaluate("() => { location.hash = 'hide=code'; }")  # says nothing of a projector
        panel.wait_for()
        assert second.evaluate("document.documentElement.dataset.view") == ""
