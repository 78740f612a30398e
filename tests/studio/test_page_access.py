"""Every state of the page for who sees little, or nothing: axe-core finds nothing against it.

axe comes from web/node_modules (`npm ci` in web/), and is run in the page by the debugger, for whom
the page's policy does not hold.
"""

import re
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
