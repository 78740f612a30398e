"""The stage of the page in a real browser: the network by keyboard, deltas, folds, pictures."""

import re
from contextlib import contextmanager

import pytest

from chainrule.view import forms
from chainrule.view.messages import Doctor, Finding
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up
from tests.studio.browser import opened

DEEP = {"data": "circles", "rows": 40, "test_rows": 20, "hidden": [[32, "tanh"]] * 4}


@contextmanager
def shown(browser, live, settings=None, size="small"):
    """The page with these settings, at their first picture."""
    with opened(browser, live, size) as tab:
        if settings:
            kept = Kept()
            address = forms.form(set_up(Chosen.of(settings), kept), kept).address
            before = live.session.id
            tab.page.goto("about:blank")
            tab.page.goto(f"http://{live.host}/{address}")
            tab.wait_until(lambda: live.session.id != before, "the settings of the address")
            tab.wait_until(lambda: tab.page.locator(".unit").count() > 0, "a network")
            tab.page.wait_for_timeout(400)  # for its first picture
        yield tab
        assert tab.wrong == []


def focused(tab):
    return tab.page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_one_stop_of_tab_and_arrows_lead_along_units_and_lines(browser, live):
    with shown(browser, live) as tab:
        stops = '.drawing [tabindex="0"]:is([data-spot], [data-to])'
        assert tab.page.locator(stops).count() == 1
        tab.page.locator(stops).focus()
        keys = tab.page.keyboard
        keys.press("ArrowLeft")
        assert focused(tab).startswith("weight from unit 0 of layer 2 to output inside: ")
        keys.press("ArrowDown")
        assert focused(tab).startswith("weight from unit 1 of layer 2 to output inside: ")
        keys.press("ArrowLeft")
        assert focused(tab) == "unit 1 of layer 2: why does it answer so?"
        keys.press("ArrowLeft")
        keys.press("ArrowLeft")
        keys.press("ArrowLeft")
        name, _, value = focused(tab).partition(": ")
        assert name == "weight from x1 to unit 0 of layer 1"
        weight = live.session.shown_state().params["0.W"][0, 0]
        assert float(value.replace("−", "-")) == float(f"{weight:.4g}")
        assert tab.page.locator(stops).count() == 1  # the stop went with the focus
        assert tab.step() == 0  # no arrow moved time
        keys.press("Enter")
        tab.page.get_by_role("heading", name="Why is this weight moving?").wait_for()


def test_what_a_question_is_made_of_stands_in_the_network(browser, live):
    with shown(browser, live) as tab:
        tab.page.locator('[data-address="1.W[2,5]"]').focus()
        tab.page.keyboard.press("Enter")
        tab.page.locator(".label-of.right:not(:empty)").wait_for()
        tab.page.locator(".formulas .link").first.wait_for()
        a, w, delta = (
            tab.page.locator(f".label-of.{side}").inner_text()
            for side in ("left", "middle", "right")
        )
        said = tab.page.locator(".why").inner_text()
        assert a.split()[1] in said
        assert w in said
        assert delta.split()[1] in said
        opacity = "each => getComputedStyle(each).opacity"
        lines = tab.page.locator(".lines g > g")
        faint = [float(each) for each in lines.evaluate_all(f"all => all.map({opacity})")]
        assert sorted(faint)[-1] == 1
        assert sorted(faint)[-2] < 0.3
        assert tab.page.locator(".unit.on").count() == 2


def flowing(page):
    return page.evaluate(
        "[...new Set(document.getAnimations().filter(a => /^light/.test(a.animationName))"
        ".map(a => a.effect.getTiming().delay))].sort((a, b) => a - b)"
    )


def test_gradients_light_up_from_the_output_back_and_units_show_their_deltas(browser, live):
    with shown(browser, live) as tab:
        tab.page.emulate_media(reduced_motion="no-preference")
        tab.page.keyboard.press("g")
        tab.page.locator(".delta").first.wait_for()
        assert flowing(tab.page) == [0, 200, 400]
        tab.page.emulate_media(reduced_motion="reduce")
        tab.page.keyboard.press("ArrowRight")
        tab.wait_for_step(1)
        assert flowing(tab.page) == []
        found = live.session.painter.slopes(live.session.shown_state().params, 2)[0]
        wanted = [f"{value:.4g}" for layer in found.layers for value in layer.dz.sum(axis=0)]

        def deltas():
            values = tab.page.locator(".delta").evaluate_all(
                "all => all.map(each => Number(each.dataset.value))"
            )
            return [f"{value:.4g}" for value in values]

        tab.wait_until(lambda: deltas() == wanted, f"the deltas {wanted}", 20)


def test_many_units_fold_and_lines_stay_few(browser, live):
    with shown(browser, live, DEEP) as tab:
        assert tab.page.locator(".unit").count() == 2 + 4 * 32 + 1
        assert tab.page.locator("path.line").count() == 64 + 32
        drawn = (
            "each => each.getContext('2d').getImageData(0, 0, each.width, each.height)"
            ".data.some(value => value > 0)"
        )
        tab.wait_until(
            lambda: tab.page.locator(".strongest").evaluate(drawn), "the strongest lines"
        )
        tab.page.locator('.unit[data-spot="2 3"]').hover()
        tab.wait_until(
            lambda: tab.page.locator("path.line").count() == 64 + 32 + 64, "the unit's own lines"
        )
        inside = tab.page.locator(".drawing").bounding_box()
        for box in tab.page.locator(".unit").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().toJSON())"
        ):
            assert inside["x"] <= box["left"]
            assert box["right"] <= inside["x"] + inside["width"]


def test_digits_show_the_answer_and_its_shares_and_units_as_pictures(browser, live):
    with shown(browser, live, {"data": "digits", "hidden": [[12, "relu"]]}) as tab:
        assert tab.page.locator(".shares li").count() == 10
        shares = tab.page.locator(".share").all_inner_texts()
        assert abs(sum(float(each.split()[-2]) for each in shares) - 100) < 1  # or "< 0.1 %"
        third = tab.page.locator(".gallery").get_by_role("radio").nth(2)
        label = third.get_attribute("aria-label")
        third.click()
        row = live.session.scene.parts["test"].rows[2]
        caption = tab.page.locator(".sample figcaption")
        tab.wait_until(lambda: caption.inner_text() == f"test row {row}", "the chosen picture")
        answered = tab.page.locator(".shares p b")
        tab.wait_until(lambda: f"answered {answered.inner_text()}" in label, "its answer")
        tab.page.get_by_role("button", name="answers", exact=True).click()
        cells = tab.page.locator(".confusion td").all_inner_texts()
        counts = [int(each.replace(",", "")) for each in cells if each.strip() not in ("", "·")]
        assert sum(counts) == live.session.scene.parts["test"].n
        tab.page.locator('.unit[data-spot="1 3"]').hover()
        tab.page.get_by_role("img", name="Weights of unit 3 of layer 1").wait_for()


def test_of_two_branches_the_difference_is_shown(browser, live):
    with shown(browser, live) as tab:
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        tab.page.get_by_role("button", name="Branch here").click()
        tab.page.locator(".ask .main-press").click()
        tab.page.locator(".branches li").nth(1).wait_for()
        tab.page.get_by_role("button", name="B − A").click()
        tab.page.get_by_text("1: B more inside").wait_for()
        output = tab.page.get_by_role("toolbar", name="Output of")
        first = output.get_by_role("button", name="A", exact=True)
        first.click()
        tab.wait_until(lambda: first.get_attribute("aria-pressed") == "true", "branch A")
        assert live.session.line.name == "A"


def test_bars_say_how_many_and_headings_stand_clear(browser, live):
    with shown(browser, live) as tab:
        tab.page.locator(".spread canvas").first.hover(position={"x": 40, "y": 10})
        tab.wait_until(
            lambda: "of 2,000 answers from" in tab.page.locator(".under b").inner_text(),
            "the count of a bar",
        )
        bottom = tab.page.locator(".network .segments").bounding_box()
        for heading in tab.page.locator(".heading").all():
            box = heading.bounding_box()
            assert box["y"] >= bottom["y"] + bottom["height"]
        last = tab.page.locator(".heading").last.bounding_box()
        room = tab.page.locator(".drawing").bounding_box()
        assert last["x"] + last["width"] <= room["x"] + room["width"]
        assert tab.page.locator(".ties path").get_attribute("d")


def test_on_a_phone_the_output_comes_first_and_play_stays(browser, live):
    with shown(browser, live, size="phone") as tab:
        tops = [
            tab.page.locator(name).bounding_box()["y"]
            for name in (".words", ".output", ".curve", ".network", ".panel")
        ]
        assert tops == sorted(tops)
        wide = tab.page.evaluate("document.documentElement.scrollWidth")
        assert wide == 390
        tab.page.locator(".unit").nth(4).click()
        tab.page.get_by_role("heading", name="Why does this unit answer so?").wait_for()
        for y in (0, 700, 2000):
            tab.page.evaluate(f"scrollTo(0, {y})")
            play = tab.page.get_by_role("button", name="Play").bounding_box()
            assert 0 <= play["y"] <= 844 - play["height"]


LONG = "The error has swung up and down for so long that no step leads on from where it is. " * 5


def test_all_that_the_doctor_says_can_be_read_without_a_picture_that_moves(browser, live):
    with shown(browser, live) as tab:
        tab.page.keyboard.press("ArrowRight")
        tab.wait_for_step(1)
        tab.page.locator(".words .healthy").wait_for()  # it has looked, and does not soon again
        finding = Finding("swings", "swings", 1, LONG, "Lower the rate.")
        live.session.news.append(Doctor("A", 1, "Doctor: swings.", (finding,)))
        line = tab.page.locator(".words .alarm")
        tab.wait_until(lambda: line.count() == 1, "the doctor's line")
        whole = tab.page.get_by_role("button", name="all of it")
        places = [tab.page.locator(name) for name in (".drawing", ".map", ".words")]
        before = [each.bounding_box() for each in places]
        fits = "each => each.scrollHeight <= each.clientHeight + 2"
        assert not line.evaluate(fits)
        whole.focus()
        tab.page.keyboard.press("Enter")
        tab.wait_until(lambda: line.evaluate(fits), "all of the sentence")
        assert [each.bounding_box() for each in places] == before
        tab.page.get_by_role("button", name="less", exact=True).click()
        tab.wait_until(lambda: not line.evaluate(fits), "two lines again")


CUT = """() => [...document.querySelectorAll('body *')].filter(each =>
    each.checkVisibility() && !each.closest('.unseen, svg, input') && each.clientWidth > 0
    && ['hidden', 'clip'].includes(getComputedStyle(each).overflowX)
    && each.scrollWidth > each.clientWidth + 1
).map(each => `${each.className}: ${each.textContent.slice(0, 40)}`)"""


@pytest.mark.parametrize("width", [700, 900, 1000])
def test_nothing_is_cut_between_a_phone_and_a_laptop(browser, live, width):
    with shown(browser, live) as tab:
        page = tab.page

        def nothing_is_cut(state):
            tab.wait_until(lambda: page.evaluate(CUT) == [], f"{state}: nothing cut", 10)
            assert page.evaluate("document.documentElement.scrollWidth") == width, state
            curve = page.locator(".plot").bounding_box()
            assert curve["width"] > 260, state

        page.set_viewport_size({"width": width, "height": 800})
        nothing_is_cut("start")
        page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        page.keyboard.press("w")
        page.locator(".formulas .link").first.wait_for()
        nothing_is_cut("why")
        page.get_by_role("button", name="Close").first.click()
        page.keyboard.press("g")
        nothing_is_cut("gradients")
        page.get_by_role("button", name="Branch here").click()
        page.locator(".ask .main-press").click()
        page.locator(".branches li").nth(1).wait_for()
        nothing_is_cut("branch")


COLOURS = ((210, 126, 47), (101, 109, 212), (63, 154, 108))  # of the first three classes
FULLEST = """each => {
    const {data} = each.getContext('2d').getImageData(0, 0, each.width, each.height);
    let [least, found] = [999, []];
    for (let k = 0; k < data.length; k += 4) {
        const sum = data[k] + data[k + 1] + data[k + 2];
        if (sum < least) [least, found] = [sum, [data[k], data[k + 1], data[k + 2]]];
    }
    return found;
}"""


def test_an_output_of_several_classes_has_the_colour_of_its_class(browser, live):
    flowers = {"data": "iris", "hidden": [[8, "tanh"]], "learning_rate": 0.1}
    with shown(browser, live, flowers) as tab:
        for step in (10, 20, 30):
            tab.page.keyboard.press("Shift+ArrowRight")
            tab.wait_for_step(step)
        tab.page.wait_for_timeout(
            500
        )  # asked once: a browser warns of a canvas read again and again
        scale = tab.page.locator(".scale")
        for k, colour in enumerate(COLOURS):
            unit = tab.page.locator(f'.unit[data-spot="2 {k}"]')
            found = [255 - each for each in unit.locator("canvas").evaluate(FULLEST)]
            assert max(found) > 20, "somewhere it is not white"
            wanted = [255 - each for each in colour]
            share = max(found) / max(wanted)
            assert found == pytest.approx([share * each for each in wanted], abs=4)
            unit.hover()
            name = live.session.scene.classes[k]
            tab.wait_until(lambda n=name: scale.inner_text().split("\n")[-1] == f"1 {n}", name)
            bar = scale.locator(".bar-of-colours").evaluate("each => each.style.background")
            assert [int(each) for each in re.findall(r"\d+", bar.partition("rgb(255")[2])][2:] == [
                round(255 - 0.8 * each) for each in wanted
            ]
