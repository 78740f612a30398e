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
        card.get_by_text("1 missing: size (1); the first in row 10").wait_for()
        use = card.get_by_role("button", name="Use this table")
        assert use.is_disabled()
        is_hole = card.get_by_role("checkbox", name="Take “k.A.” in size as empty")
        is_hole.uncheck()
        card.get_by_text(said).wait_for()
        is_hole.check()
        assert "43 texts" not in card.inner_text()
        card.get_by_role("button", name="Drop the row", exact=True).click()
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


PENDULUM = "id;Länge_m;Masse_des_Pendels_kg;Periode_s\n" + "".join(
    f"M{k:03};{'k.A.' if k == 9 else f'0,{600 + k}'};{'' if k == 12 else '0,290'};1,{k:03}\n"
    for k in range(60)
)


def test_a_table_that_waits_has_the_page_and_all_holes_are_one_choice(browser, tmp_path):
    (tmp_path / "mine.csv").write_text(PENDULUM)
    with started(tmp_path, "mine.csv") as (_, printed):
        tab = entered(browser.new_context(viewport={"width": 1280, "height": 800}), printed["url"])
        page, card, head = tab.page, _card(tab), tab.page.locator("h1")
        card.get_by_text("2 missing: Länge_m (1), Masse_des_Pendels_kg (1)").wait_for()
        said = "mine.csv waits: choose what becomes of 2 cells"
        tab.wait_until(lambda: head.inner_text() == said, "the headline")
        assert page.locator(".haloed").count() == 0, "nobody is led to train on circles"
        assert card.evaluate("each => each === document.activeElement")
        assert 0 < card.bounding_box()["y"] < 200, "its beginning is in sight"
        assert card.bounding_box()["width"] > 500
        inner = "all => all.filter(each => each.scrollHeight > each.clientHeight + 1).length"
        assert card.locator(".scrolls, .columns").evaluate_all(inner) == 0, "one bar alone"
        assert card.get_by_role("region", name="The first rows").get_by_text("0,290").count() == 4
        card.get_by_role("button", name="Drop the 2 rows").click()
        card.get_by_text("2 of 60 rows left out").wait_for()
        assert head.inner_text() == "mine.csv waits: use it, or not now"
        assert "numbers 0.6 to 0.659, 1 missing" in card.inner_text()
        card.get_by_role("button", name="Use this table").click()
        page.locator(".haloed").wait_for()
        assert tab.wrong == []
        page.context.close()
