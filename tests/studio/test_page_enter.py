"""The ways into the page, in a real browser: from a file of one's own, and not from other pages."""

import http.server
import threading
from contextlib import contextmanager
from pathlib import Path

from chainrule.studio.browser import Opener
from tests.studio.browser import Tab, entered

ATTACK = """<!doctype html><title>another site</title><img src="{url}"><iframe src="{url}"></iframe>
<object data="{url}"></object><script src="{url}"></script>
<script>fetch("{url}", {{ mode: "no-cors", credentials: "include" }})
    .catch(() => 0).then(() => document.title = "done")</script>
"""


def test_a_file_of_one_s_own_leads_in_once(browser, live, monkeypatch):
    files = []
    monkeypatch.setattr("webbrowser.open", files.append)
    monkeypatch.setattr("chainrule.studio.browser.takes_files", lambda _: True)
    opener = Opener(f"http://{live.host}/?token={live.keys.new_token()}")
    live.keys.used = opener.close
    opener.open()
    context = browser.new_context()
    tab = entered(context, files[0])
    assert tab.page.url == f"http://{live.host}/"
    assert not Path(files[0].removeprefix("file://")).exists()  # as soon as it was used
    tab.page.reload()
    tab.wait_until(lambda: tab.headline() != "One moment …", "the page again")
    tab.page.go_back()  # no way leads back over the used token
    assert "token" not in tab.page.url
    other = browser.new_context()
    page = other.new_page()
    page.goto(f"http://{live.host}/")
    assert "needs its own address" in page.inner_text("h1")
    context.close()
    other.close()


def test_no_frame_and_no_program_of_another_site_uses_a_token(browser, live):
    token = live.keys.new_token()
    with site(ATTACK.format(url=f"http://{live.host}/?token={token}")) as address:
        context = browser.new_context()
        page = context.new_page()
        tries, answers = [], []
        page.on("request", lambda request: tries.append(request.url))
        page.on("response", lambda answer: answers.append((answer.url, answer.status)))
        page.goto(address)
        Tab(page).wait_until(lambda: page.title() == "done", "the attack's end", 10)
        held = {cookie["name"] for cookie in context.cookies()}
        context.close()
    assert len([url for url in tries if token in url]) == 5
    assert {status for url, status in answers if token in url} == {403}
    assert live.keys.tokens == {token}
    assert live.keys.cookie_name not in held


@contextmanager
def site(text):
    """A page on another port: of another origin, and by its name of another site."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
