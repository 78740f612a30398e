"""What an audit of the page found: addresses by hand, the question of a branch, small screens."""

import re
from itertools import pairwise

import pytest

from tests.studio.browser import opened
from tests.studio.test_page_address import go

TOO_MANY = "&".join(f"a{k}=1" for k in range(200))
SAID = {
    "learning_rate=banana": "Learning rate needs a number from",
    "drop_probability=2": "Dropout needs a number from 0 to 0.9",
    "foo=1": "setting 'foo' needs",
    "%ff": "setting '�' needs",
    TOO_MANY: "the address needs at most 100 settings",
}


def test_what_an_address_can_not_mean_is_said(browser, live):
    with opened(browser, live) as tab:
        trouble = tab.page.get_by_role("alert")
        for address, said in SAID.items():
            go(tab, address)
            tab.wait_until(lambda s=said: trouble.inner_text().startswith(s), said, 10)
        assert tab.wrong == []


def test_an_address_of_settings_alone_is_of_the_usual_data(browser, live):
    with opened(browser, live) as tab:
        go(tab, "data=xor")
        tab.wait_until(lambda: "XOR" in tab.page.locator(".about").inner_text(), "XOR", 10)
        go(tab, "learning_rate=0.5&hidden=3:tanh&hide=code")
        about = tab.page.locator(".about")
        tab.wait_until(lambda: "2 – 3 – 1, tanh" in about.inner_text(), "the network", 10)
        assert "Circles" in about.inner_text()
        assert tab.page.locator("#f-learning_rate").input_value() == "0.5"
        go(tab, "hide=code,headline")  # of the page alone: nothing begins anew
        tab.page.wait_for_timeout(300)
        assert "2 – 3 – 1" in about.inner_text()


@pytest.mark.parametrize("size", ["small", "phone"])
def test_a_branch_is_asked_for_beside_the_curve_by_keys_alone(browser, live, size):
    with opened(browser, live, size) as tab:
        page = tab.page
        page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        page.keyboard.press("b")
        question = page.get_by_role("form", name="Same past, another future")
        slider = question.get_by_role("slider", name="Learning rate, slider")
        is_on = "each => each === document.activeElement"
        tab.wait_until(lambda: slider.count() == 1 and slider.evaluate(is_on), "the focus on it")
        for each in (question, page.locator(".plot")):
            box = each.bounding_box()
            assert box["y"] >= 0, "in sight"
            assert box["y"] + box["height"] <= page.viewport_size["height"]
        page.keyboard.press("Escape")
        tab.wait_until(lambda: question.count() == 0, "Esc closes it")
        page.keyboard.press("b")
        tab.wait_until(lambda: slider.count() == 1 and slider.evaluate(is_on), "and again")
        before = page.locator("#q-learning_rate").input_value()
        page.keyboard.press("ArrowRight")
        rate = page.locator("#q-learning_rate")
        tab.wait_until(lambda: rate.input_value() != before, "another rate")
        rate.fill("0.25")
        page.keyboard.press("Enter")
        branches = page.locator(".branches li")
        branches.nth(1).wait_for()
        assert "rate 0.25" in branches.nth(1).inner_text()
        page.keyboard.press("Enter")  # on Play
        tab.wait_for_step(12)
        assert tab.wrong == []


def test_what_can_not_be_holds_the_branch_back(browser, live):
    with opened(browser, live) as tab:
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        tab.page.keyboard.press("b")
        tab.page.locator("#q-learning_rate").fill("banana")
        tab.page.keyboard.press("Enter")
        tab.page.locator(".future").get_by_role("alert").wait_for()
        assert tab.page.locator(".future").count() == 1
        assert len(live.session.lines) == 1


def test_other_data_lay_the_drawing_aside(browser, live):
    with opened(browser, live) as tab:
        page = tab.page
        page.get_by_role("button", name="Draw points").click()
        sheet = page.locator(".sheet")
        sheet.click(position={"x": 60, "y": 60})
        sheet.click(position={"x": 90, "y": 60})
        assert page.locator(".by-hand").count() == 2
        page.locator("#f-data").select_option("moons")
        tab.wait_until(lambda: page.locator(".sheet").count() == 0, "the sheet is away", 10)
        page.get_by_role("button", name="Draw points").click()
        assert page.locator(".by-hand").count() == 2, "nothing drawn is lost"


@pytest.mark.parametrize("width", [320, 1000])
def test_all_of_the_head_is_reached_on_a_narrow_page(browser, live, width):
    with opened(browser, live) as tab:
        page = tab.page
        page.set_viewport_size({"width": width, "height": 700})
        for name in ("Share", "Take away", "Teach", "Keys"):
            page.evaluate("scrollTo(0, 0)")
            button = page.locator(".header").get_by_role("button", name=name)
            if button.count() == 0:
                page.get_by_role("button", name="Menu").click()
            button.click()
            heading = page.locator(".inside").get_by_role("heading", name=name, exact=True)
            heading.wait_for()
            tab.wait_until(lambda h=heading: 0 <= h.bounding_box()["y"] < 500, f"{name} in sight")
            assert page.locator(".inside-menu").is_hidden()
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
        page.evaluate("scrollTo(0, 0)")
        if width < 861:
            page.locator(".header").get_by_role("button", name="Setup").click()
            data = page.get_by_role("heading", name="Data", exact=True)
            tab.wait_until(lambda: 0 <= data.bounding_box()["y"] < 500, "Setup in sight")
        page.get_by_role("button", name="Menu").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator(".inside-menu :focus").count() == 1
        page.keyboard.press("Escape")
        assert page.locator(".inside-menu").is_hidden()
        assert page.evaluate("document.activeElement.textContent") == "Menu"


def test_steps_on_the_axis_keep_apart(browser, live):
    """By what the plot writes: texts of one height, none on another."""
    with opened(browser, live) as tab:
        tab.page.evaluate(
            """() => {
            const real = CanvasRenderingContext2D.prototype.fillText;
            window.written = [];
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                const half = this.measureText(text).width / 2;
                if (this.textAlign === 'center') window.written.push([text, x - half, x + half]);
                return real.apply(this, arguments);
            };
        }"""
        )
        go(tab, "data=circles&epochs=4000000")
        tab.wait_until(
            lambda: "4,000,000" in str(tab.page.evaluate("window.written")), "four million steps"
        )
        tab.page.set_viewport_size({"width": 1180, "height": 700})
        tab.page.evaluate("window.written = []")
        tab.page.keyboard.press("ArrowRight")
        tab.wait_for_step(1)
        tab.wait_until(lambda: tab.page.evaluate("window.written.length") > 1, "an axis")
        written = tab.page.evaluate("window.written")
        last = {
            text: (left, right)
            for text, left, right in written
            if re.match(r"\d[\d,]*,\d{3}$", text)
        }
        places = sorted(last.values())
        assert len(places) > 1
        assert all(one[1] < two[0] for one, two in pairwise(places)), last


def test_ends_of_scales_say_two_things_once(browser, live):
    with opened(browser, live) as tab:
        scale = tab.page.locator(".legends .scale span:not(.bar-of-colours)")
        for address, ends in (
            ("data=xor", ["0", "1"]),
            ("data=circles", ["0 outside", "1 inside"]),
        ):
            go(tab, address)
            tab.wait_until(lambda e=ends: scale.all_inner_texts() == e, f"{ends}", 10)


def test_a_setting_of_many_digits_is_not_cut(browser, live):
    with opened(browser, live) as tab:
        go(tab, "data=iris")
        l2 = tab.page.locator("#f-l2")
        tab.wait_until(lambda: (l2.get_attribute("title") or "").startswith("0.00833333333"), "L2")
        assert l2.input_value() == "0.008333"
        assert l2.evaluate("each => each.scrollWidth <= each.clientWidth")
        l2.focus()
        tab.page.keyboard.press("Tab")  # nothing was typed: nothing is changed
        assert tab.page.get_by_role("alert").count() == 0


def test_words_of_a_setting_go_with_it(browser, live):
    with opened(browser, live) as tab:
        tab.page.get_by_text("Points for training").hover()
        hint = tab.page.locator(".hint")
        tab.wait_until(lambda: hint.inner_text().startswith("Points for training"), "its words")
        tab.page.mouse.move(900, 300)
        tab.wait_until(lambda: hint.inner_text().startswith("Point at a setting"), "no words")


def test_words_of_the_empty_curve_stand_clear_of_its_axis(browser, live):
    with opened(browser, live, "large") as tab:
        go(tab, "data=xor&view=projector")
        words, plot = tab.page.locator(".empty span"), tab.page.locator(".plot")
        tab.wait_until(lambda: "XOR" in tab.page.locator(".about").inner_text(), "XOR", 10)
        zoom = float(tab.page.evaluate("getComputedStyle(document.body).zoom"))
        assert zoom > 1.2
        one, other = words.bounding_box(), plot.bounding_box()
        assert one["y"] + one["height"] <= other["y"] + other["height"] - 28 * zoom


def test_a_field_emptied_is_good_again_and_a_decimal_comma_is_one(browser, live):
    with opened(browser, live) as tab:
        page, trouble = tab.page, tab.page.get_by_role("alert")
        page.locator("summary").last.click()
        patience = page.locator("#f-patience")
        patience.fill("abc")
        patience.press("Enter")
        trouble.get_by_text("It got “abc”").wait_for()
        patience.fill("")
        patience.press("Tab")
        tab.wait_until(lambda: trouble.count() == 0, "none is allowed: nothing is wrong")
        page.get_by_role("spinbutton", name="Units of layer 1").fill("")
        page.keyboard.press("Tab")
        trouble.get_by_text("Layer 1 needs 1 to 512 units.").wait_for()
        trouble.get_by_text("It got nothing.").wait_for()
        rate = page.locator("#f-learning_rate")
        rate.fill("0,1")
        rate.press("Tab")
        tab.wait_until(lambda: rate.input_value() == "0.1", "0,1 is 0.1")
        tab.wait_until(lambda: trouble.count() == 0, "nothing is wrong")
        assert tab.wrong == []
