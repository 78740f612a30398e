"""Everything that can be taken away: downloaded in a real browser, and opened again."""

import io
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import chainrule
from chainrule.trace.page_html import HEAD
from tests.studio.browser import opened
from tests.studio.test_page_safety import COMMON, poison
from web.pictures import asked, branched, more, tab, why

FORMS = ("PNG", "WebP", "SVG")
ELEMENTS = {
    "svg", "title", "desc", "g", "rect", "circle", "line", "path", "text", "image",
    "linearGradient", "stop",
}  # fmt: skip
WRONG = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 2))
y = (X[:, :1] > 0).astype(float)
W = rng.normal(size=(2, 1))
for _ in range(5):
    a = 1 / (1 + np.exp(-X @ W))
    W += 0.1 * X.T @ (a - y) / len(X)
"""


def saved(page, press, folder):
    with page.expect_download() as waiting:
        press.click()
    name = waiting.value.suggested_filename
    waiting.value.save_as(folder / name)
    return folder / name


def of(found, ending):
    (path,) = (path for path in found if path.name.endswith(ending))
    return path


def test_all_that_is_taken_away_can_be_opened_again(browser, live, tmp_path):
    with opened(browser, live) as page:
        page.page.keyboard.press("Shift+ArrowRight")
        page.wait_for_step(10)
        why(page.page)
        address = page.page.locator(".why code").first.inner_text()
        more("Take away")(page.page)
        page.page.select_option("#picture", f"why-{address}")
        links = page.page.locator(".panel .taken a").all()
        found = [saved(page.page, link, tmp_path) for link in links]
        assert len(set(found)) == 8
        assert page.wrong == []
        assert page.away() == []
    state = live.session.shown_state()
    with chainrule.RunFile(of(found, ".chainrule")) as run:
        assert run.state(10).params["0.W"].tobytes() == state.params["0.W"].tobytes()
    model = chainrule.load(of(found, ".safetensors"))
    assert model.network.params["1.W"].tobytes() == state.params["1.W"].tobytes()
    programs = [path for path in found if path.suffix == ".py"]
    assert len(programs) == 3
    for path in programs:
        compile(path.read_text(encoding="utf-8"), path.name, "exec")
    written = of(found, ".html").read_text(encoding="utf-8")
    assert written.startswith(HEAD.partition("{")[0])
    assert "<math" in written
    assert address in written
    assert address in of(found, ".md").read_text(encoding="utf-8")


class Pictures:
    """The menu of pictures, and a second page without scripts or a studio, which opens them."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder
        more("Take away")(page)
        options = page.locator("#picture option")
        self.names = options.evaluate_all("all => all.map(each => each.value)")
        self.labels = dict(zip(self.names, options.all_inner_texts(), strict=True))

    def taken(self, name, form):
        self.page.select_option("#picture", name)
        return saved(self.page, self.page.get_by_role("button", name=form, exact=True), self.folder)

    def check(self, name, viewer):
        """All three forms of one picture: the same size, title and looks."""
        paths = [self.taken(name, form) for form in FORMS]
        assert [path.suffix for path in paths] == [".png", ".webp", ".svg"]
        assert len({path.stem for path in paths}) == 1
        png, webp, svg = (path.read_bytes() for path in paths)
        width, height, title = harmless(svg)
        assert title.startswith(self.labels[name])
        step = re.search(", step ([0-9,]+)", title)
        assert step is not None or name == "checked"  # a program of one's own is of no step
        assert step is None or f"-step-{step[1].replace(',', '')}" in paths[0].stem
        shown = [pixels(png, "PNG"), pixels(webp, "WEBP"), drawn(viewer, svg, width, height)]
        assert [image.shape[:2] for image in shown] == [(2 * height, 2 * width)] * 3
        few = [image[::3, ::3].astype(np.int32) for image in shown]
        assert [len(np.unique(each @ [65536, 256, 1])) > 20 for each in few] == [True] * 3, name
        assert np.abs(few[0] - few[2]).mean() < 3, name  # letters are smoothed otherwise
        assert np.abs(few[0] - few[1]).mean() < 8, name  # WebP forgets a little
        return words(svg)


def words(svg):
    """The file's own text, and behind it all that is to be read in it."""
    read = " ".join(each.text for each in ElementTree.fromstring(svg).iterfind(".//{*}text"))
    return f"{svg.decode()}\n{read}"


def pixels(content, form):
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == form
        return np.asarray(image.convert("RGB"))


def drawn(viewer, svg, width, height):
    """What a browser shows of an SVG file, at two pixels for one."""
    viewer.set_viewport_size({"width": width, "height": height})
    viewer.goto("about:blank")
    viewer.set_content("<style>body { margin: 0 } svg { display: block }</style>" + svg.decode())
    return pixels(viewer.screenshot(), "PNG")


def harmless(svg):
    """Its size and title: known elements, no reference but to itself, no script and no style."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in ELEMENTS
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert name not in ("style", "class", "id") or value.startswith("scale-")
            assert re.fullmatch(r"url\(#scale-\d+\)", value) or "url(" not in value
            if "href" in name:
                assert value.startswith(("data:image/png;base64,", "data:image/svg+xml,%3Csvg"))
                assert "script" not in unquote(value)
    title = root.find("{*}title").text
    assert " ".join(title.split()[:2]) in " ".join(
        each.text for each in root.iterfind(".//{*}text")
    )
    return int(root.get("width")), int(root.get("height")), title


@pytest.fixture
def viewer(browser):
    context = browser.new_context(device_scale_factor=2, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_every_panel_is_a_picture_in_three_forms(browser, live, viewer, tmp_path):
    with opened(browser, live) as page:
        branch(page)
        judge(page)
        why(page.page)
        page.page.locator(".formulas .link").last.click()
        page.page.locator(".pulls").wait_for()
        pictures = Pictures(page.page, tmp_path)
        names = [each for each in pictures.names if not each.startswith("layer-")]
        assert [each.partition("-")[0] for each in names if each != "doctor"] == [
            "network", "network", "histograms", "output", "difference", "ringed", "error", "why",
            "checked",
        ]  # fmt: skip
        svg = {name: pictures.check(name, viewer) for name in [*names, "layer-2-unit-3"]}
        check_words(svg)
        assert page.page.locator("h2", has_text="Pictures").count() == 1  # it is as it was before
        assert page.page.locator(".aside").count() == 0
        assert page.wrong == []
        assert page.away() == []


def branch(page):
    """Two branches, both at step 20, so that there is a difference."""
    page.page.keyboard.press("Shift+ArrowRight")
    page.page.keyboard.press("Shift+ArrowRight")
    page.wait_for_step(20)
    page.page.keyboard.press("Home")
    asked(page.page)
    branched(page.page)
    page.page.locator(".numbers .folded").first.click()
    page.wait_until(lambda: page.page.locator(".step").inner_text().endswith("of A"), "branch A")


def judge(page):
    tab("Code")(page.page)
    page.page.locator("#program").fill(WRONG)
    page.page.get_by_role("button", name="Check", exact=True).click()
    page.page.locator(".verdict").wait_for()


def check_words(svg):
    """What is to be read without the page: axes, legends, numbers; and lines are lines."""
    for said in ("below 0", "above 0", "inputs", "layer 2", "spread of"):
        assert said in svg["network"]
    for said in ("x₁ →", "x₂ ↑", "0 outside", "1 inside", "train", "test", "wrong"):
        assert said in svg["output"]
    assert svg["output"].count("<path") > 1000  # of all points
    assert svg["output"].count("<image") == 1  # of the map
    assert "A more" in svg["difference"] or "B more" in svg["difference"]
    assert "larger pulls more" in svg["ringed"]
    for said in ("A: the first", ">−1<", ">0<", ">1<"):
        assert said in svg["difference"]
    assert svg["error"].count("<image") == 0  # lines are lines
    assert int(re.search(r'width="(\d+)"', svg["error"])[1]) > 850
    for said in ("log scale", "steps", "training", "the first", "2,000", ">A<", ">B<"):
        assert said in svg["error"]
    assert "Layer 3: " in svg["histograms"]
    assert svg["histograms"].count("<image") == 0
    assert "what unit 3 of layer 2 answers" in svg["layer-2-unit-3"].lower()


def test_pictures_of_pixels_and_the_dark(browser, live, viewer, tmp_path):
    """Weights as pictures, answers as a table; a large network; another theme."""
    with opened(browser, live, color_scheme="dark") as page:
        page.page.evaluate("() => { location.hash = 'data=digits'; }")
        page.page.locator(".gallery").wait_for()
        pictures = Pictures(page.page, tmp_path)
        svg = {
            "network": words(pictures.taken("network", "SVG").read_bytes()),
            "answers": words(pictures.taken("answers", "SVG").read_bytes()),
            "output": pictures.check("output", viewer),
            "layer-1-unit-2": pictures.check("layer-1-unit-2", viewer),
        }
        assert all('fill="#15171b"' in each for each in svg.values())
        assert "answered" in svg["output"]
        assert "Each row a class" in svg["answers"]
        assert "Its weight from each pixel" in svg["layer-1-unit-2"]
        assert page.wrong == []


def test_what_is_hidden_from_a_class_is_not_taken_away(browser, live, tmp_path):
    with opened(browser, live) as page:
        page.page.evaluate("() => { location.hash = 'hide=network,output,spread'; }")
        page.page.locator(".network").wait_for(state="detached")
        assert Pictures(page.page, tmp_path).names == ["error"]


def test_names_that_would_be_code_stay_words_in_pictures(browser, live, tmp_path):
    with opened(browser, live, bypass_csp=True) as page:
        poison(page.page)
        page.page.reload()
        page.page.wait_for_selector("path.line[stroke]", state="attached")
        page.page.keyboard.press("Shift+ArrowRight")
        page.wait_for_step(10)
        why(page.page)
        pictures = Pictures(page.page, tmp_path)
        alone = browser.new_context()
        opener = alone.new_page()
        dialogs = []
        opener.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        asks = []
        opener.on("request", lambda request: asks.append(request.url))
        for name in [each for each in pictures.names if not each.startswith("layer-")] + [
            "layer-2-unit-0"
        ]:
            path = pictures.taken(name, "SVG")
            harmless(path.read_bytes())
            assert COMMON in "".join(ElementTree.parse(path).getroot().itertext()), name
            opener.goto(path.as_uri())
        assert [url for url in asks if not url.startswith(("file:", "data:image/"))] == []
        assert dialogs == page.dialogs == []
        pixels(pictures.taken("network", "PNG").read_bytes(), "PNG")
        alone.close()
