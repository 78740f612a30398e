"""Data of one's own, settings, and a class: in a real browser."""

import re

import pytest

from chainrule.view import commands
from tests.studio.browser import opened

ROWS = "\n".join(
    f"{k},{(k * 7) % 11},{'' if k == 3 else k % 5},{'red' if k % 3 else 'blue'},"
    f"{'yes' if k % 7 > 3 else 'no'}"
    for k in range(60)
)
TABLE = f"id,height,weight,colour,sick\n{ROWS}\n"
DROP = """([name, text]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], name));
    for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def drop(tab, text, name="mine.csv"):
    tab.page.evaluate(DROP, [name, text])


def radio(tab, group, name):
    return tab.page.get_by_role("radiogroup", name=group).get_by_role("radio", name=name)


def ticked(card):
    """Which columns go in; the one to be predicted is none of them."""
    boxes = card.get_by_role("checkbox").all()
    return {
        box.get_attribute("aria-label").removesuffix(" goes in"): box.is_checked() for box in boxes
    }


def hears(tab):
    """What went wrong in the page, but for tables that the server refused."""
    return [each for each in tab.wrong if "400 (Bad Request)" not in each]


def test_a_dropped_table_is_looked_at_chosen_from_and_used(browser, live):
    with opened(browser, live) as tab:
        page, before = tab.page, live.session.id
        drop(tab, TABLE)
        card = page.get_by_role("group", name="mine.csv")
        card.get_by_text("60 rows, 5 columns").wait_for()
        card.get_by_text("1 missing: weight (1); the first in row 4").wait_for()
        use = card.get_by_role("button", name="Use this table")
        assert use.is_disabled()
        assert ticked(card) == {"height": True, "weight": True, "colour": True, "id": False}
        assert card.get_by_role("checkbox", name="id goes in").is_disabled()
        radio(tab, "Missing values", "mean").click()
        card.get_by_text("2 classes: no, yes").wait_for()
        assert card.get_by_text(re.compile("left out:")).count() == 1  # the id
        card.get_by_role("checkbox", name="colour goes in").click()
        radio(tab, "Scaling", "min-max").click()
        radio(tab, "First rows", "as the network gets them").click()
        first = card.get_by_role("region", name="The first rows")
        tab.wait_until(
            lambda: first.locator("th").all_inner_texts() == ["height", "weight"], "two columns"
        )
        tab.wait_until(lambda: first.locator("td").all_inner_texts()[:2] == ["0", "0"], "scaled")
        assert live.session.id == before  # nothing has happened yet
        use.click()
        card.wait_for(state="detached")
        columns = live.session.setup.source.data.preparation.used
        assert [(each.name, each.mean, each.scale) for each in columns] == [
            ("height", 0.0, 10.0), ("weight", 0.0, 4.0)
        ]  # fmt: skip
        offered = page.get_by_role("toolbar", name="From").get_by_role("button")
        tab.wait_until(lambda: offered.count() == 3, "columns to predict from")
        pressed = {each.inner_text(): each.get_attribute("aria-pressed") for each in offered.all()}
        assert pressed == {"height": "true", "weight": "true", "colour": "false"}
        page.get_by_text(re.compile("id is left out: ")).wait_for()
        assert hears(tab) == []


def test_another_target_is_chosen_by_keys(browser, live):
    with opened(browser, live) as tab:
        drop(tab, TABLE)
        card = tab.page.get_by_role("group", name="mine.csv")
        card.get_by_role("radio", name="Predict sick").focus()
        for _ in range(3):
            tab.page.keyboard.press("ArrowUp")
        assert card.get_by_role("radio", name="Predict height").is_checked()
        radio(tab, "Missing values", "error").focus()
        tab.page.keyboard.press("ArrowRight")
        assert radio(tab, "Missing values", "drop").get_attribute("aria-checked") == "true"
        radio(tab, "Answers are", "numbers").click()
        card.get_by_text("To predict: a number").wait_for()


NO_TABLES = {
    b"": "mine.csv",
    b"\x00\x01\xff\xfe\x80" * 99: "bytes that are no text",
    b"a,b\n1,2\n": "2 rows or more",
    b"a\n1\n2\n3\n": "a column beside the target",
}


def test_what_is_no_table_is_said_where_it_was_dropped_and_nothing_is_lost(browser, live):
    with opened(browser, live) as tab:
        drop(tab, TABLE, "good.csv")
        good = tab.page.get_by_role("group", name="good.csv")
        good.wait_for()
        chooser = tab.page.locator("input[type=file]")
        wrong = tab.page.locator(".own > .trouble")
        for content, says in NO_TABLES.items():
            chooser.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": content})
            wrong.get_by_text(says).first.wait_for()
            words = wrong.inner_text()
            assert "/" not in words  # of no folder of the server's
            assert " needs " in words
            assert "It got " in words
            assert good.is_visible()
        chooser.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
        tab.page.get_by_role("group", name="b.csv").wait_for()
        assert wrong.count() == 0


def test_a_table_of_texts_alone_and_one_of_100_000_rows(browser, live):
    with opened(browser, live) as tab:
        drop(tab, "name,kind\n" + "".join(f"n{k},k{k}\n" for k in range(50)), "texts.csv")
        card = tab.page.get_by_role("group", name="texts.csv")
        card.get_by_role("alert").wait_for()
        assert card.get_by_role("button", name="Use this table").is_disabled()
        large = "a,b,c\n" + "".join(f"{k % 97},{k % 89},{k % 3}\n" for k in range(100_000))
        tab.page.evaluate("() => window.seen = []")
        tab.page.evaluate(
            """() => new MutationObserver(() => {
                const busy = document.querySelector('.busy p');
                if (busy) window.seen.push(busy.textContent);
            }).observe(document.body, { childList: true, subtree: true, characterData: true })"""
        )
        drop(tab, large, "large.csv")
        card = tab.page.get_by_role("group", name="large.csv")
        card.get_by_text("100,000 rows, 3 columns").wait_for()
        assert any("large.csv" in each for each in tab.page.evaluate("() => window.seen"))
        card.get_by_text("3 classes: 0, 1, 2").wait_for()
        card.get_by_role("button", name="Use this table").click()
        card.wait_for(state="detached")
        assert sum(part.n for part in live.session.setup.source.data.parts.values()) == 100_000


def points_of(tab):
    shown = "found => found.map(each => [each.getAttribute('cx'), each.getAttribute('cy')])"
    return tab.page.locator(".by-hand").evaluate_all(shown)


def at(tab, x, y):
    box = tab.page.locator(".sheet").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_points_are_drawn_dragged_taken_back_and_learnt(browser, live):
    with opened(browser, live) as tab:
        page, mouse = tab.page, tab.page.mouse
        page.get_by_role("button", name="Draw points").click()
        for place in ((0.2, 0.2), (0.3, 0.3)):
            mouse.click(*at(tab, *place))
        radio(tab, "Colour of the next point", "indigo").click()
        mouse.click(*at(tab, 0.8, 0.8))
        before = points_of(tab)
        assert len(before) == 3
        mouse.move(*at(tab, 0.2, 0.2))
        mouse.down()
        mouse.move(*at(tab, 0.4, 0.6), steps=4)
        mouse.up()
        moved = points_of(tab)
        assert [float(each[:-1]) for each in moved[0]] == pytest.approx([40, 60], abs=0.5)
        assert moved[1:] == before[1:]
        page.get_by_role("button", name="Undo").click()
        assert points_of(tab) == before
        page.get_by_role("button", name="Redo").click()
        assert points_of(tab) == moved
        mouse.click(*at(tab, 0.3, 0.3))
        page.get_by_role("button", name="Remove").click()
        assert len(points_of(tab)) == 2
        page.get_by_role("button", name="Clear").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Learn 2 points").click()
        page.locator(".sheet").wait_for(state="detached")
        assert live.session.setup.chosen.data == "drawn"
        assert [point[2] for point in live.session.setup.chosen.settings["points"]] == [0, 1]
        page.get_by_role("button", name="Change the points").click()
        assert len(points_of(tab)) == 2
        assert tab.wrong == []


def test_points_of_one_colour_are_refused_and_kept(browser, live):
    with opened(browser, live) as tab:
        tab.page.get_by_role("button", name="Draw points").click()
        for x in (0.2, 0.4):
            tab.page.mouse.click(*at(tab, x, 0.5))
        tab.page.get_by_role("button", name="Learn 2 points").click()
        card = tab.page.get_by_role("group", name="Points by hand")
        card.get_by_role("alert").get_by_text("points of two classes or more").wait_for()
        assert len(points_of(tab)) == 2
        assert live.session.setup.chosen.data == "circles"


def test_points_are_drawn_by_keys_and_on_an_empty_sheet(browser, live):
    with opened(browser, live) as tab:
        keys = tab.page.keyboard
        radio(tab, "Data to begin with", "digits").click()
        data = tab.page.locator("#f-data")
        tab.wait_until(lambda: data.input_value() == "digits", "the digits")
        tab.page.get_by_role("button", name="Draw points").click()
        tab.page.locator(".sheet").focus()
        keys.press("Enter")
        keys.press("2")
        for key in ("Shift+ArrowRight", "Shift+ArrowUp", "Enter"):
            keys.press(key)
        for key in ("Enter", "Shift+ArrowUp", "Enter"):  # hold it, move it, let it go
            keys.press(key)
        assert points_of(tab) == [["50%", "50%"], ["62.5%", "25%"]]
        keys.press("Delete")
        keys.press("Control+z")
        assert len(points_of(tab)) == 2
        assert tab.step() == 0  # arrows were the sheet's


def test_a_finger_draws_on_a_phone(browser, live):
    with opened(browser, live, "phone", has_touch=True) as tab:
        tab.page.get_by_role("button", name="Draw points").tap()
        tab.page.touchscreen.tap(*at(tab, 0.3, 0.3))
        radio(tab, "Colour of the next point", "indigo").tap()
        tab.page.touchscreen.tap(*at(tab, 0.7, 0.3))
        assert len(points_of(tab)) == 2
        tab.page.get_by_role("button", name="Learn 2 points").tap()
        tab.page.locator(".sheet").wait_for(state="detached")
        tab.page.locator("label[for=f-learning_rate]").tap()
        hint = tab.page.locator(".hint")
        tab.wait_until(lambda: hint.inner_text().startswith("Learning rate:"), "its words")


def test_every_setting_says_what_it_does(browser, live):
    """On hover and on focus; and to who hears the page, as its description."""
    with opened(browser, live) as tab:
        page, hint, seed = tab.page, tab.page.locator(".hint"), tab.page.locator("#f-seed")
        for more in page.locator("summary").all():
            more.click()
        controls = page.locator(
            ".field :is(input:not([type=file]), select, [role=radiogroup], [role=toolbar])"
        )
        for control in controls.all():
            words = control.evaluate(
                "each => (each.getAttribute('aria-describedby') ?? '').split(' ')"
                ".map(id => document.getElementById(id)?.textContent ?? '').join('')"
            )
            assert len(words) > 20, control.evaluate("each => each.outerHTML")
        for field in live.session.everything()[0].fields:
            inner = page.locator(f".f-{field.name} :is(input, select, button)").first
            seed.focus()
            tab.wait_until(lambda: hint.inner_text().startswith("Seed:"), "of the seed")
            page.mouse.move(700, 300)
            inner.hover()
            words = [hint.inner_text()]
            seed.focus()
            inner.focus()
            words.append(hint.inner_text())
            assert words[0] == words[1], field.name
            assert len(words[0]) > 20, field.name
            assert words[0].startswith("Seed:") == (field.name == "seed")


def test_one_of_several_is_chosen_by_arrows(browser, live):
    with opened(browser, live) as tab:
        radio(tab, "Data to begin with", "circles").focus()
        tab.page.keyboard.press("ArrowRight")
        xor = radio(tab, "Data to begin with", "XOR")
        tab.wait_until(lambda: live.session.setup.chosen.data == "xor", "other data")
        tab.wait_until(lambda: xor.get_attribute("aria-checked") == "true", "the mark")
        assert xor.evaluate("each => each === document.activeElement")
        assert tab.step() == 0


def test_a_wrong_value_is_refused_at_its_setting_and_the_old_one_stays(browser, live):
    with opened(browser, live) as tab:
        rate = tab.page.locator("#f-learning_rate")
        wrong = tab.page.locator(".f-learning_rate .trouble")
        old = rate.input_value()
        for typed in ("5,5,5", "fast", "-1", "1e999"):
            rate.fill(typed)
            rate.press("Enter")
            wrong.get_by_text(typed.replace("-", "−")).wait_for()
            assert wrong.inner_text().startswith("Learning rate needs a number from")
            assert (rate.input_value(), rate.get_attribute("aria-invalid")) == (old, "true")
        rate.fill("0.25")
        rate.press("Enter")
        wrong.wait_for(state="detached")
        assert live.session.setup.training.learning_rate == 0.25


def test_a_wrong_value_under_more_is_seen_and_more_stays_open(browser, live):
    with opened(browser, live) as tab:
        more = tab.page.locator(".group", has_text="How it learns").locator("details")
        more.locator("summary").click()
        patience = tab.page.locator("#f-patience")
        patience.fill("0")
        patience.press("Enter")
        wrong = more.locator(".f-patience .trouble")
        wrong.wait_for()
        box, foot = wrong.bounding_box(), tab.page.locator(".foot").bounding_box()
        assert box["y"] + box["height"] <= foot["y"] + 1
        patience.fill("")  # none, as it was
        patience.press("Enter")
        patience.fill("5")
        patience.press("Enter")
        wrong.wait_for(state="detached")
        assert patience.is_visible()
        assert live.session.setup.training.patience == 5


def test_a_wrong_value_after_the_start_does_not_wait_with_the_others(browser, live):
    with opened(browser, live) as tab:
        tab.page.keyboard.press("ArrowRight")
        tab.wait_for_step(1)
        tab.page.fill("#f-learning_rate", "0.5")
        tab.page.keyboard.press("Enter")
        tab.page.get_by_role("button", name="Branch at 1").wait_for()
        units = tab.page.get_by_role("spinbutton", name="Units of layer 1")
        units.fill("lots")
        units.press("Enter")
        tab.page.locator(".f-hidden .trouble").wait_for()
        assert units.input_value() == "4"
        tab.page.get_by_role("button", name="Branch at 1").click()
        tab.page.locator(".branches li").nth(1).wait_for()


def test_a_link_hides_parts_and_opens_large(browser, live):
    with opened(browser, live) as tab:
        page = tab.page
        page.get_by_role("button", name="Teach").click()
        for name in ("Why", "Code", "Headline"):
            page.get_by_role("checkbox", name=name).click()
        page.get_by_role("switch", name="Projector").click()
        page.get_by_role("button", name="Teach").click()  # the panel was folded away
        link = page.get_by_label("The address with all settings")
        wanted = "hide=why,code,headline&view=projector"
        tab.wait_until(lambda: link.input_value().endswith(wanted), "the link")
        assert page.evaluate("() => document.fullscreenElement !== null")
        page.goto(link.input_value())
        page.reload()  # another page, as in another window
        page.get_by_role("button", name="Show the panel").click()
        assert page.locator(".tabs button").all_inner_texts() == ["Setup"]
        assert page.locator("h1").count() == 0
        assert page.url.endswith(f"#{wanted}")
        page.keyboard.press("2")  # the key of what is hidden
        assert page.locator(".setup").is_visible()


def test_a_projector_shows_all_of_it_larger(browser, live):
    with opened(browser, live, "large") as tab:
        page = tab.page
        play = page.get_by_role("button", name="Play")
        small = play.bounding_box()["height"]
        page.get_by_role("button", name="Teach").click()
        page.get_by_role("switch", name="Projector").click()
        tab.wait_until(lambda: play.bounding_box()["height"] > 1.5 * small, "large")
        least = page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('.stage *, .time *')]
                .filter(each => [...each.childNodes].some(
                    node => node.nodeType === 3 && node.data.trim()))
                .filter(each => each.checkVisibility() && !each.closest('.uplot'))
                .map(each => parseFloat(getComputedStyle(each).fontSize) * each.currentCSSZoom))"""
        )
        assert least >= 19  # pixels of 1080
        size = page.evaluate(
            "() => [document.body.scrollWidth, document.body.scrollHeight,"
            " innerWidth, innerHeight].map(Math.round)"
        )
        assert play.bounding_box()["y"] < 1080 - 1.5 * small, size
        map_ = page.locator(".map").bounding_box()
        assert map_["width"] == pytest.approx(map_["height"], rel=0.05)
        page.mouse.click(map_["x"] + map_["width"] / 2, map_["y"] + map_["height"] / 2)
        page.get_by_role("button", name="Teach").click()
        page.get_by_role("switch", name="Projector").click()
        tab.wait_until(lambda: play.bounding_box()["height"] == small, "as before")


def test_points_in_plain_stay_plain_and_a_branch_is_told_under_its_link(browser, live):
    points = [[0.2 * k, side, kind] for k in range(5) for side, kind in ((0.5, 0), (-0.5, 2))]
    live.session.do(commands.Configure(1, {"data": "drawn", "points": points}))
    with opened(browser, live) as tab:
        page = tab.page
        legend = page.locator(".legends .classes li")
        assert [each.strip() for each in legend.all_inner_texts()] == ["orange", "plain"]
        colours = legend.locator(".dot").evaluate_all(
            "all => all.map(each => getComputedStyle(each).backgroundColor)"
        )
        grey = [int(each) for each in re.findall(r"\d+", colours[1])]
        assert max(grey) - min(grey) < 12
        page.get_by_role("button", name="Share").click()
        page.get_by_text("opened in another studio, this address gives the same").wait_for()
        for number in (1, 2):
            page.get_by_role("button", name="Step", exact=True).click()
            tab.wait_for_step(number)
        page.get_by_role("button", name="Branch here").click()
        page.locator(".ask .main-press").click()
        page.locator(".branches li").nth(1).wait_for()
        page.get_by_text("Branch B left A at step 2.").wait_for()
        assert page.get_by_text("gives the same numbers").count() == 0
        assert tab.wrong == []
