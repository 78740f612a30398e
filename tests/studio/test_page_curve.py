"""The error curve in a real browser: sharp at every size of a pixel."""

import pytest

from tests.studio.browser import opened

PIXELS = """() => {
    const canvas = document.querySelector('.plot canvas');
    const {width, height} = canvas.getBoundingClientRect();
    const box = document.querySelector('.plot').getBoundingClientRect();
    return [canvas.width, width * devicePixelRatio, canvas.height, height * devicePixelRatio,
            width, box.width, height, box.height];
}"""


def is_sharp(tab):
    """A pixel of the canvas is one of the screen, and the canvas fills its box."""
    found = tab.page.evaluate(PIXELS)
    return all(
        made == pytest.approx(wanted, abs=1.5)
        for made, wanted in zip(found[::2], found[1::2], strict=True)
    )


def set_screen(tab, ratio, width=1920, height=1080):
    """What the browser does when somebody zooms, or takes the window to another screen."""
    tab.page.context.new_cdp_session(tab.page).send(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False},
    )
    tab.wait_until(lambda: tab.page.evaluate("devicePixelRatio") == ratio, "that screen")
    for scheme in ("dark", "light"):  # or media queries are not asked again: a real screen does
        tab.page.emulate_media(color_scheme=scheme)


@pytest.mark.parametrize("ratio", [1, 1.5])
def test_the_curve_is_sharp_on_every_screen_and_wall(browser, live, ratio):
    with opened(browser, live, "large", device_scale_factor=ratio) as tab:
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        assert is_sharp(tab)
        tab.page.evaluate("() => { document.documentElement.requestFullscreen = undefined; }")
        tab.page.get_by_role("button", name="Teach").click()
        tab.page.get_by_role("switch", name="Projector").click()
        zoom = "() => Number(document.documentElement.style.getPropertyValue('--zoom'))"
        tab.wait_until(lambda: tab.page.evaluate(zoom) > 1.5, "the page magnified")
        tab.wait_until(lambda: is_sharp(tab), "a sharp curve on the wall")
        set_screen(tab, 2 * ratio)
        tab.wait_until(lambda: is_sharp(tab), "the same on another screen")
        set_screen(tab, ratio, 1536, 864)
        tab.wait_until(lambda: is_sharp(tab), "the same in a smaller window")
        box = tab.page.locator(".plot .u-over").bounding_box()
        half = box["x"] + box["width"] * 5 / live.session.line.total
        tab.page.mouse.click(half, box["y"] + 4)
        tab.wait_until(lambda: tab.step() == 5, "the step under the pointer")
        assert tab.wrong == []


PARTED = "a,b,kind\n" + "".join(
    f"{k % 97},{k % 89},{'red' if k % 97 > k % 89 else 'blue'}\n" for k in range(2400)
)


def test_each_part_has_its_own_name_and_share(browser, live):
    with opened(browser, live) as tab:
        page = tab.page
        file = {"name": "parted.csv", "mimeType": "text/csv", "buffer": PARTED.encode()}
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Use this table").click()
        tab.wait_until(lambda: live.session.setup.source.title == "parted.csv", "the table")
        numbers = page.locator(".numbers dt")
        named = ["test error", "validation error", "training error", "test right"]
        tab.wait_until(lambda: [e.strip() for e in numbers.all_inner_texts()] == named, "errors")
        legend = [each.strip() for each in page.locator(".points span").all_inner_texts()]
        assert legend == ["training", "validation, test", "wrong"]
        assert page.get_by_label("Kept for the test").first.input_value() == "0.2"
        assert " of 480 test points right" in tab.headline()
        data = live.session.setup.source.data
        assert {name: part.n for name, part in data.parts.items()} == {
            "train": 1536, "validation": 384, "test": 480,
        }  # fmt: skip
        assert tab.wrong == []
