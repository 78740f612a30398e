"""Every state of the page for who sees little, or nothing: axe-core finds nothing against it.

axe comes from web/node_modules (`npm ci` in web/), and is run in the page by the debugger, for whom
the page's policy does not hold.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.browser import SIZES, missing, opened
from web.pictures import STATES

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RUN = """async rules => {
    const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
# ARIA 1.2 lets a formula have parts of its own (w3c/aria, issue 425), as browsers do; axe 4.14
# holds to 1.1, where a number inside of one could not be a button.
ALLOWED = re.compile(r"nested-interactive: .*\bmath\b")
COLOURS = ["color-contrast", "link-in-text-block"]  # what another theme can change


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists():
        missing("no axe-core: npm ci in the folder web")
    return AXE.read_text(encoding="utf-8")


def found(tab, rules=None):
    """What axe says against the page as it is now."""
    return [each for each in tab.page.evaluate(RUN, rules) if not ALLOWED.match(each)]


def test_axe_finds_nothing_in_any_state_light_and_dark(browser, live, axe):
    sizes = list(SIZES.values())
    wrong = []
    with opened(browser, live) as tab:
        tab.page.evaluate(axe)
        for number, (name, go) in enumerate(STATES.items()):
            width, height = sizes[number % len(sizes)]
            tab.page.set_viewport_size({"width": width, "height": height})
            go(tab.page)
            for rules in (None, COLOURS):
                look = tab.page.evaluate("document.documentElement.dataset.theme")
                wrong += [f"{name}, {width}, {look}: {each}" for each in found(tab, rules)]
                tab.page.evaluate(
                    "[...document.querySelectorAll('.more button')]"
                    ".find(each => /^(Dark|Light)$/.test(each.textContent)).click()"
                )
    assert wrong == [], "\n".join(wrong)


def test_axe_finds_what_is_wrong(browser, live, axe):
    with opened(browser, live) as tab:
        tab.page.evaluate(axe)
        tab.page.evaluate(
            """() => {
                document.querySelector("h1").style.color = "#ccc";
                document.querySelector(".plot").removeAttribute("aria-label");
            }"""
        )
        told = "\n".join(found(tab))
    assert "color-contrast" in told
    assert "aria-input-field-name" in told


ON = """() => {
    const on = document.activeElement;
    if (on === document.body) return "";
    return on.getAttribute("aria-label") || on.textContent || on.id || on.tagName;
}"""


def stops(tab) -> Iterator[str]:
    """The name of each stop of the Tab key, from the top of the page to its end."""
    while True:
        tab.page.keyboard.press("Tab")
        name = tab.page.evaluate(ON)
        if not name:
            return
        yield name


@pytest.mark.parametrize("size", ["small", "phone"])
def test_few_stops_lead_to_the_play_button_and_each_group_is_one(browser, live, size):
    with opened(browser, live, size) as tab:
        found = list(stops(tab))
    assert found[:4] == [
        "To the network", "To the pictures", "To the error curve", "To the settings"
    ]  # fmt: skip
    assert found.index("Play") < 12
    assert len(found) < 45
    assert sum(name.startswith(("weight from", "bias of")) for name in found) == 0
    groups = [
        {"Share", "Take away", "Dark", "Light", "Menu"}, {"weights", "gradients"},
        {"slow", "normal", "fast"}, {"circles", "XOR", "moons"}, {"x₁", "x₂", "sin x₁"},
        {"Setup", "Why", "Code"}, {"One unit less in layer 1", "One unit more in layer 2"},
    ]  # fmt: skip
    assert [len(group & {*found}) for group in groups] == [1] * len(groups)


GOALS = {
    "To the network": '.drawing [data-spot="3 0"]', "To the pictures": "section.stage",
    "To the error curve": "[role=slider]", "To the settings": "#tab-setup",
}  # fmt: skip


def test_a_link_leads_from_the_top_to_each_part_and_leaves_the_settings_alone(browser, live):
    with opened(browser, live) as tab:
        address = tab.page.url
        for name, goal in GOALS.items():
            tab.page.evaluate("document.activeElement.blur()")
            link = tab.page.get_by_role("link", name=name)
            link.focus()
            assert link.evaluate("link => getComputedStyle(link).clipPath") == "none"
            tab.page.keyboard.press("Enter")
            assert tab.page.evaluate("goal => document.activeElement.matches(goal)", goal), name
        assert tab.page.url == address


def test_arrows_go_along_a_toolbar_and_round_its_end(browser, live):
    with opened(browser, live) as tab:
        press = tab.page.keyboard.press
        tab.page.get_by_role("toolbar", name="Speed").get_by_role("button", name="normal").focus()
        press("ArrowRight")
        press("Space")
        assert tab.page.evaluate(ON) == "fast"
        fast = tab.page.get_by_role("button", name="fast")
        tab.wait_until(lambda: fast.get_attribute("aria-pressed") == "true", "fast")
        press("ArrowRight")
        assert tab.page.evaluate(ON) == "slow"
        press("End")
        press("Shift+Tab")
        press("Tab")
        assert tab.page.evaluate(ON) == "fast"
        assert tab.step() == 0  # no arrow went on to the time


def test_the_arrows_of_a_layer_add_and_take_units(browser, live):
    with opened(browser, live) as tab:
        units = tab.page.get_by_role("spinbutton", name="Units of layer 1")
        units.focus()
        for key, count in (("ArrowUp", "5"), ("ArrowDown", "4"), ("ArrowDown", "3")):
            tab.page.keyboard.press(key)
            tab.wait_until(lambda count=count: units.input_value() == count, f"{count} units")
        assert live.session.setup.spec.layers[0].units == 3


def test_words_formulas_and_the_picture_count_alike(browser, live):
    """Layers from 1, units from 0; only the address is Python's, and says so."""
    with opened(browser, live) as tab:
        headings = [each.split("\n")[0] for each in tab.page.locator(".heading").all_inner_texts()]
        assert headings == ["inputs", "layer 1", "layer 2", "layer 3"]
        assert tab.page.locator(".unit-number").all_inner_texts() == [*"0123", *"01234567", "0"]
        tab.page.get_by_role("button", name="weight from unit 1 of layer 1 to unit 7 of").focus()
        tab.page.keyboard.press("Enter")
        where = tab.page.locator(".where")
        where.wait_for()
        assert where.inner_text() == (
            "In the step from 0 to 1. From unit 1 of layer 1 to unit 7 of layer 2. In Python "
            "1.W[1,7], where layers count from 0."
        )
        letters = tab.page.locator(".formulas .letters").first  # W with its place and its layer
        assert letters.inner_text().split()[1:] == ["1,7", "(2)"]
