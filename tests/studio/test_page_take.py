"""Everything that can be taken away: downloaded in a real browser, and opened again."""

import io
from xml.etree import ElementTree

import numpy as np
from PIL import Image

import chainrule
from chainrule.trace.page_html import HEAD
from tests.studio.browser import entered, opened
from web.pictures import more, why


def downloads(tab, folder):
    """Every file that Take away offers, by its name. A tab may only download ten without asking."""
    found, taken = {}, 0
    while True:
        why(tab.page)
        more("Take away")(tab.page)
        offered = tab.page.locator(".panel .taken").filter(has_not_text=".chainrule")
        presses = offered.locator("a, button").all()
        for press in presses[taken : taken + 10]:
            with tab.page.expect_download() as waiting:
                press.click()
            name = waiting.value.suggested_filename
            waiting.value.save_as(folder / name)
            found[name] = folder / name
        taken += 10
        if taken >= len(presses):
            assert len(found) == len(presses)
            return found
        tab = entered(tab.page.context, tab.page.url)


def of(found, ending):
    (path,) = (path for name, path in found.items() if name.endswith(ending))
    return path


def test_all_that_is_taken_away_can_be_opened_again(browser, live, tmp_path):
    with opened(browser, live) as tab:
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        why(tab.page)
        address = tab.page.locator(".why code").first.inner_text()
        found = downloads(tab, tmp_path)
        assert tab.wrong == []
        assert tab.away() == []
    state = live.session.shown_state()
    with chainrule.RunFile(of(found, ".chainrule")) as run:
        assert run.state(10).params["0.W"].tobytes() == state.params["0.W"].tobytes()
    model = chainrule.load(of(found, ".safetensors"))
    assert model.network.params["1.W"].tobytes() == state.params["1.W"].tobytes()
    assert [name for name in found if name.endswith(".py")] != []
    for name, path in found.items():
        if name.endswith(".py"):
            compile(path.read_text(encoding="utf-8"), name, "exec")
    check_pictures(found)
    page = of(found, ".html").read_text(encoding="utf-8")
    assert page.startswith(HEAD.partition("{")[0])
    assert "<math" in page
    assert address in page
    assert address in of(found, ".md").read_text(encoding="utf-8")


def check_pictures(found):
    for name in ("error.svg", "-10.svg"):
        tree = ElementTree.parse(of(found, name))
        assert tree.getroot().tag.endswith("}svg")
    curve = of(found, "error.svg").read_text(encoding="utf-8")
    (points,) = (
        part.partition('"')[0] for part in curve.split('<polyline points="')[1:]
        if 'stroke-width="1.4"' in part.partition(">")[0]
    )  # fmt: skip
    assert len(points.split()) == 11  # of the training error: the start and ten steps
    for name in ("output-step-10", "error-step-10"):
        for form in ("png", "webp"):
            with Image.open(io.BytesIO(of(found, f"{name}.{form}").read_bytes())) as image:
                assert image.format == {"png": "PNG", "webp": "WEBP"}[form]
                assert min(image.size) > 60
                assert np.ptp(np.asarray(image.convert("L"))) > 60  # something is drawn
