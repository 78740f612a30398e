"""Branches beside each other in a real browser: what stands there is each one's own."""

from tests.studio.browser import opened


def maps_of(tab):
    """The small maps of the list of branches, in its order."""
    return tab.page.evaluate(
        """[...document.querySelectorAll('.mini canvas')]
        .map(each => each.width > 1 && each.toDataURL())"""
    )


def settled_maps(tab, what):
    """Once two looks, a few frames from each other, see the same, and all are there."""
    seen = [[]]

    def still():
        seen.append(maps_of(tab))
        tab.page.wait_for_timeout(150)
        return len(seen[-1]) == 2 and all(seen[-1]) and seen[-1] == seen[-2]

    tab.wait_until(still, what)
    return seen[-1]


def test_maps_of_branches_are_their_outputs_whatever_is_magnified(browser, live):
    with opened(browser, live, "small") as tab:
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        tab.page.get_by_role("button", name="Branch here").click()
        tab.page.locator(".ask .main-press").click()
        tab.page.locator(".branches li").nth(1).wait_for()
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(20)
        tab.page.get_by_role("button", name="Back").click()
        tab.page.keyboard.press("ArrowLeft")
        tab.wait_until(lambda: tab.step() == 18, "step 18")
        numbers = tab.page.locator(".branches li .folded > b").all_inner_texts()  # name, error
        assert numbers[1].split("\n")[1:] == ["at step 10"], "branch A has no later point"
        assert "at step" not in numbers[3]
        first = tab.page.locator(".branches li").first
        assert "from 10: rate" in tab.page.locator(".branches li").nth(1).inner_text()
        assert first.locator(".ended").count() == 1  # a dash stands for the map
        assert not first.locator("canvas").is_visible()
        tab.page.keyboard.press("Shift+ArrowLeft")
        tab.wait_until(lambda: tab.step() == 8, "step 8")
        before = settled_maps(tab, "the maps of both branches")
        assert before[0] == before[1], "one past"
        large = tab.page.locator("canvas.large")
        shown = large.evaluate("each => each.toDataURL()")
        tab.page.locator(".unit").nth(4).hover()
        tab.wait_until(lambda: large.evaluate("each => each.toDataURL()") != shown, "the unit")
        assert settled_maps(tab, "the maps of both branches") == before
        assert tab.wrong == []
