"""`chainrule studio FILE` where something of it has to be chosen first, in a real browser."""

from tests.studio.browser import Tab, entered
from tests.studio.live import started
from tests.studio.test_page_data import TABLE, radio


def test_a_table_with_holes_is_offered_in_every_tab_and_used_once(browser, tmp_path):
    (tmp_path / "mine.csv").write_text(TABLE)
    with started(tmp_path, "mine.csv") as (_, printed):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        first = entered(context, printed["url"])
        second = entered(context, printed["url"].partition("?")[0])
        cards = [_card(each) for each in (first, second)]
        for card in cards:
            card.get_by_text("1 missing: weight (1); the first in row 4").wait_for()
        cards[1].get_by_role("button", name="Not now").click()
        cards[1].wait_for(state="detached")
        radio(first, "Missing values", "mean").click()
        second.page.reload()  # who comes anew is asked again
        cards[1].wait_for()
        cards[0].get_by_role("button", name="Use this table").click()
        for card in cards:
            card.wait_for(state="detached")
        first.page.get_by_role("button", name="Step", exact=True).click()
        first.wait_for_step(1)
        second.page.reload()  # it is in use: nothing is left to be asked
        second.page.wait_for_selector("path.line[stroke]", state="attached")
        assert cards[1].count() == 0
        assert first.wrong == second.wrong == []
        context.close()
    assert [path.name[:4] for path in (tmp_path / "runs").iterdir()] == ["mine"]


def _card(tab: Tab):
    return tab.page.get_by_role("group", name="mine.csv")
