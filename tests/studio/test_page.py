"""The page in a real browser: a person's way through it, by mouse and by keyboard."""

from tests.studio.browser import opened


def test_circles_are_learnt_by_a_click_on_play(browser, live):
    with opened(browser, live) as tab:
        assert "Not trained yet" in tab.page.inner_text("h1")
        tab.page.get_by_role("button", name="fast").click()
        tab.page.get_by_role("button", name="Play").click()
        tab.wait_until_learned()
        assert live.session.line.ended is not None
        assert tab.error() < 0.005
        assert tab.wrong == []


def test_a_step_back_shows_the_same_numbers(browser, live):
    with opened(browser, live) as tab:
        forward = tab.page.get_by_role("button", name="Step", exact=True)
        seen = {}
        for step in (1, 2, 3):
            forward.click()
            tab.wait_for_step(step)
            tab.page.wait_for_timeout(200)  # the picture of the state that is named
            seen[step] = tab.numbers().split("\n", 1)[1]
        tab.page.get_by_role("button", name="Back", exact=True).click()
        tab.wait_until(lambda: tab.step() == 2, "step 2")
        tab.page.wait_for_timeout(200)
        assert tab.numbers().split("\n", 1)[1] == seen[2]
        assert seen[1] != seen[2] != seen[3]


def test_all_of_it_goes_by_keyboard(browser, live):
    with opened(browser, live) as tab:
        keys = tab.page.keyboard
        keys.press("ArrowRight")
        tab.wait_for_step(1)
        keys.press("w")
        tab.page.get_by_role("heading", name="Why is this weight moving?").wait_for()
        link = tab.page.locator(".formulas .link").first
        link.wait_for()
        link.focus()
        keys.press("Enter")
        tab.page.locator(".link.chosen").first.wait_for()
        keys.press("Escape")
        keys.press("3")
        tab.page.locator(".code pre").wait_for()
        keys.press("1")
        tab.page.locator("#f-learning_rate").focus()
        keys.press("Control+A")
        keys.type("0.1")
        keys.press("Enter")
        tab.page.get_by_role("button", name="Branch at 1").focus()
        keys.press("Enter")
        tab.page.locator(".branches li").nth(1).wait_for()
        assert sorted(live.session.lines) == ["A", "B"]
        assert tab.wrong == []


def test_no_request_leaves_the_machine_and_the_policy_forbids_nothing_of_ours(browser, live):
    with opened(browser, live) as tab:
        for name in ("Why", "Code", "Setup"):
            tab.page.get_by_role("tab", name=name).click()
        for name in ("Share", "Take away", "Teach", "Keys", "Dark"):
            tab.page.get_by_role("button", name=name, exact=True).click()
        tab.page.wait_for_timeout(300)
        assert tab.asked
        assert tab.away() == []
        assert tab.wrong == []


def test_a_dropped_table_is_learnt_from(browser, live, tmp_path):
    rows = "\n".join(f"{k % 7},{k % 5},{'yes' if k % 7 > 3 else 'no'}" for k in range(60))
    table = tmp_path / "mine.csv"
    table.write_text(f"height,weight,sick\n{rows}\n")
    with opened(browser, live) as tab:
        tab.page.set_input_files("input[type=file]", table)
        tab.page.get_by_role("button", name="Use this table").click()
        data = tab.page.locator("#f-data")
        tab.wait_until(lambda: data.input_value().startswith("table:"), "the table is used")
        assert tab.wrong == []
