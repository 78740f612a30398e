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


def test_a_few_cells_that_are_no_numbers_are_said_loudly_and_taken_as_empty(browser, tmp_path):
    rows = "".join(f"{k % 30},{'k.A.' if k == 9 else k / 7},{'ab'[k % 2]}\n" for k in range(60))
    (tmp_path / "mine.csv").write_text("width,size,kind\n" + rows)
    with started(tmp_path, "mine.csv") as (_, printed):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        tab = entered(context, printed["url"])
        card = _card(tab)
        said = "column size: 1 of 60 cells is no number: 'k.A.'; as text it is left out."
        card.get_by_text(said).wait_for()
        use = card.get_by_role("button", name="Use this table")
        card.get_by_role("checkbox", name="Take “k.A.” as empty").check()
        card.get_by_text("1 missing: size (1); the first in row 10").wait_for()
        assert use.is_disabled()
        radio(tab, "Missing values", "drop").click()
        card.get_by_text("To predict: 2 classes: a, b. 47 rows to learn from").wait_for()
        radio(tab, "First rows", "as the network gets them").click()
        first = card.get_by_role("region", name="The first rows")
        tab.wait_until(
            lambda: first.locator("th").all_inner_texts() == ["width", "size"], "two columns"
        )
        use.click()
        card.wait_for(state="detached")
        assert tab.wrong == []
        context.close()


def _card(tab: Tab):
    return tab.page.get_by_role("group", name="mine.csv")


def test_an_infinity_is_said_in_its_columns_row_and_where_it_is_refused(browser, tmp_path):
    rows = [f"{'inf' if k == 3 else k / 2},{k % 5},{'no' if k % 2 else 'yes'}" for k in range(30)]
    (tmp_path / "mine.csv").write_text("a,a,y\n" + "\n".join(rows))
    with started(tmp_path, "mine.csv") as (_, printed):
        tab = entered(browser.new_context(viewport={"width": 1280, "height": 800}), printed["url"])
        card = _card(tab)
        card.get_by_text("It got an infinity in row 4").wait_for()
        row = card.get_by_role("row").filter(has=tab.page.get_by_role("radio", name="Predict a"))
        assert row.first.inner_text().endswith("numbers\nan infinity in row 4")
        assert "columns of the same name are told apart: a.2" in card.inner_text()
        row.first.get_by_role("checkbox").click()
        card.get_by_text("It got an infinity").wait_for(state="detached")
        assert tab.wrong == []
        tab.page.context.close()
