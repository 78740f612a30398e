"""Names that would be code: in a real browser they stay words, wherever the page shows them.

The pages here are opened without their policy (bypass_csp), which forbids such code as well: what
is tested is that none of it ever becomes an element. All forty payloads are in each place; pages
are few, so that it stays fast.
"""

import json
from urllib.parse import quote

import pytest

from tests.studio.browser import opened
from tests.studio.test_payloads import PAYLOADS
from web.pictures import more
from web.pictures import tab as show

COMMON = "onerror=alert(1)"  # what is looked for where all payloads stand together
ALL = " ".join(PAYLOADS)
PLAIN = [each for each in PAYLOADS if "\x00" not in each]  # what a CSV file can hold
KEYS = {  # of the messages: what is said to people
    "title", "says", "why", "label", "called", "needs", "got", "do", "line", "question", "text",
    "digits", "truth", "answer", "loss", "total", "rest_sum", "value_was", "value_now", "notes",
    "classes", "targets", "axes", "inputs", "outputs", "others", "headline", "message", "where",
    "formula", "points_at", "evidence", "remedy", "address",
}  # fmt: skip
LOOK = """() => {
    const known = ["/studio.js", "/studio.css", "/icon.svg"];
    const counts = ["script", "link", "style", "base", "iframe", "object", "embed", "meta", "body"]
        .map(name => `${name} ${document.getElementsByTagName(name).length}`);
    const odd = [...document.querySelectorAll("*")].flatMap(each => [...each.attributes]
        .filter(({ name, value }) => /^on/i.test(name) || /^(action|srcdoc|ping)$/i.test(name)
            || (/^(href|src|data|xlink:href|formaction)$/i.test(name)
                && !known.includes(new URL(value, location).pathname)
                && !/^#(network|pictures|curve|panel)$/.test(value)
                && !/^(\\/take\\/[\\w./?=&%-]+|data:image\\/svg\\+xml,.*)$/s.test(value)))
        .map(({ name, value }) => `${each.localName} ${name}=${value}`));
    const names = [...new Set([...document.querySelectorAll("*")].map(each => each.localName))]
        .filter(name => !/^[a-z]+[1-6]?$/.test(name));
    return [...counts, ...odd, ...names, `flag ${typeof window.flag}`];
}"""
CLEAN = [
    "script 1", "link 2", "style 0", "base 0", "iframe 0", "object 0", "embed 0", "meta 3",
    "body 1", "flag undefined",
]  # fmt: skip


def check(tab):
    """No new element, no dialog, no request off the machine; and long names push nothing away."""
    assert tab.page.evaluate(LOOK) == CLEAN
    assert tab.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert tab.dialogs == []
    assert tab.away() == []


def words(tab):
    return tab.page.evaluate("document.body.textContent")


def test_code_that_did_run_would_be_seen(browser, live):
    with opened(browser, live, bypass_csp=True) as tab:
        tab.page.evaluate("html => { document.querySelector('h1').innerHTML = html }", PAYLOADS[1])
        tab.wait_until(lambda: tab.dialogs == ["1"], "a dialog")
        with pytest.raises(AssertionError):
            assert tab.page.evaluate(LOOK) == CLEAN


def poisoned(found, key=""):
    """A message with all payloads in whatever is said to people, and formulas of forbidden tags."""
    if isinstance(found, dict):
        told = {name: poisoned(each, name) for name, each in found.items()}
        if key == "x":  # the names of columns
            told = {f"{name} {ALL}": each for name, each in told.items()}
        return told
    if isinstance(found, list):
        if len(found) > 1 and isinstance(found[0], str) and isinstance(found[1], dict):
            tag = {"mi": "img", "mn": "iframe", "mtext": "script"}.get(found[0], found[0])
            bad = {"src": "//evil.example/", "onerror": "alert(1)", "href": "javascript:alert(1)"}
            return [tag, {**found[1], **bad}, *(poisoned(each, "text") for each in found[2:])]
        return [poisoned(each, key) for each in found]
    return f"{found} {ALL}" if isinstance(found, str) and key in KEYS else found


def poison(page):
    """All that the page hears from now on is poisoned on the way."""

    def between(socket):
        server = socket.connect_to_server()

        def pass_on(message):
            is_text = isinstance(message, str)
            socket.send(json.dumps(poisoned(json.loads(message))) if is_text else message)

        server.on_message(pass_on)

    page.route_web_socket("**/socket", between)


def test_whatever_the_server_says_stays_words(browser, live):
    with opened(browser, live, bypass_csp=True) as tab:
        poison(tab.page)
        tab.page.reload()
        tab.page.wait_for_selector("path.line[stroke]", state="attached")
        tab.page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        walk(tab)


def walk(tab):
    """Through everything that shows names or words of the server's."""
    page = tab.page
    for name in ("Setup", "Code"):
        show(name)(page)
        assert COMMON in words(tab)
        check(tab)
    page.keyboard.press("w")
    page.locator(".formulas .link").first.click()
    page.locator(".chain").nth(1).wait_for()
    check(tab)
    show("Why")(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    show("Why")(page)
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(".chain .facts").wait_for()
    assert COMMON in page.locator(".why").inner_text()
    check(tab)
    for name in ("Share", "Take away", "Teach", "Keys"):
        more(name)(page)
        check(tab)


def table(columns, target, classes):
    """A CSV file: numbers in columns of these names, these classes three times each."""
    rows = [[f"{(k * (j + 3)) % 17}" for j in range(len(columns))] for k in range(len(classes))]
    lines = [[*columns, target], *([*row, kind] for row, kind in zip(rows, classes, strict=True))]
    quoted = (",".join('"' + each.replace('"', '""') + '"' for each in line) for line in lines)
    return "\n".join(quoted).encode()


def give(tab, name, content):
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    tab.page.set_input_files("input[type=file]", [file])


def test_a_table_s_names_and_values_stay_words(browser, live):
    with opened(browser, live, bypass_csp=True) as tab:
        page = tab.page
        give(tab, "".join(PLAIN) + ".csv", table(PLAIN, "kind", PLAIN * 3))
        page.get_by_role("button", name="Use this table").wait_for()
        rows = page.get_by_role("region", name="The first rows")
        assert COMMON in rows.locator("thead").inner_text()
        check(tab)
        page.get_by_role("button", name="Use this table").click()
        network = page.locator(".about")
        tab.wait_until(lambda: f" {len(PLAIN)} – " in network.inner_text(), "its network", 20)
        check(tab)
        few = [" ".join(PLAIN[:20]), " ".join(PLAIN[20:])]
        kinds = [f"{PLAIN[0]}!", " ".join(PLAIN)] * 30
        give(tab, f"{PLAIN[1]}.csv", table(few, PLAIN[1], kinds))
        page.get_by_role("button", name="Use this table").click()
        page.locator(".axis.up").wait_for()
        page.keyboard.press("Shift+ArrowRight")
        tab.wait_for_step(10)
        walk(tab)
        assert COMMON in page.locator(".axis.right").inner_text()


def test_the_names_of_files_and_runs_stay_words(browser, live):
    live.session.folder.mkdir(exist_ok=True)
    with opened(browser, live, bypass_csp=True) as tab:
        tab.page.keyboard.press("ArrowRight")
        tab.wait_for_step(1)
        tab.wait_until(lambda: live.session.line.path is not None, "a run file")
        run = live.session.line.path
        named = [each.replace("/", "\u2215") for each in PLAIN]
        for each in (" ".join(named[:20])[:200], " ".join(named[20:])[:200], *named[:12]):
            (run.parent / f"{each}.chainrule").write_bytes(run.read_bytes())
        more("Take away")(tab.page)
        tab.page.get_by_role("heading", name="Earlier runs").wait_for()
        assert COMMON in words(tab)
        check(tab)
        show("Setup")(tab.page)
        for k in range(0, 40, 10):
            give(tab, f"{''.join(PAYLOADS[k : k + 10])}.xyz", b"\x00\x01")
            tab.page.locator(".trouble").wait_for()
            check(tab)
            tab.page.locator(".trouble").get_by_role("button", name="Close").click()


def test_an_address_stays_words(browser, live):
    ten = [" ".join(PAYLOADS[k : k + 10]) for k in range(0, 40, 10)]
    places = ("data={0}&hide={0}", "data=xor&{0}=1&hide={0},code", "data=xor&optimizer={0}",
              "data=xor&hidden=3:{0}&seed={0}")  # fmt: skip
    with opened(browser, live, bypass_csp=True) as tab:
        for payloads, place in zip(ten, places, strict=True):
            tab.page.goto("about:blank")
            tab.page.goto(f"http://{live.host}/#{place.format(quote(payloads))}")
            tab.page.locator(".trouble").wait_for()
            check(tab)


def test_what_a_program_says_stays_words(browser, live):
    program = f"import numpy as np\n\ndef gradient(params, X, y):\n    raise ValueError({ALL!r})\n"
    with opened(browser, live, bypass_csp=True) as tab:
        show("Code")(tab.page)
        tab.page.locator("#program").fill(f"# {PLAIN[1]} {ALL!r}\n{program}")
        tab.page.get_by_role("button", name="Check", exact=True).click()
        tab.page.locator(".checker .card, .trouble").first.wait_for()
        check(tab)
