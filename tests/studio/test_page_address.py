"""Addresses in an open page, and where a press leads: what a class does within two minutes."""

from tests.studio.browser import opened


def go(tab, address):
    tab.page.evaluate("address => { location.hash = address; }", address)


def test_an_address_is_obeyed_in_an_open_page(browser, live):
    with opened(browser, live) as tab:
        go(tab, "data=moons&hidden=3:tanh&hide=code,headline")
        network = tab.page.locator(".about")
        tab.wait_until(lambda: "2 – 3 – 1" in network.inner_text(), "the address's network", 20)
        assert tab.page.get_by_role("tab", name="Code").count() == 0
        go(tab, "data=xor")
        tab.wait_until(lambda: "2 – 2 – 1" in network.inner_text(), "the second address", 20)
        assert tab.page.get_by_role("tab", name="Code").count() == 1
        assert tab.wrong == []


def test_space_means_play_whatever_a_pointer_pressed_before(browser, live):
    with opened(browser, live) as tab:
        tab.page.get_by_role("button", name="Teach").click()
        tab.page.keyboard.press("Space")
        tab.wait_for_step(1)
        assert tab.page.get_by_role("heading", name="Teach").count() == 1


def test_while_it_trains_nothing_is_called_the_past(browser, live):
    with opened(browser, live) as tab:
        tab.page.get_by_role("button", name="fast").click()
        tab.page.keyboard.press("Space")
        said = set()
        while not tab.headline().startswith("Learned"):
            said.add(tab.headline().split(",")[0].split(":")[0])
        assert not {each for each in said if each.startswith("In the past")}, said


def test_the_question_of_a_key_comes_into_sight_on_a_phone(browser, live):
    with opened(browser, live, "phone") as tab:
        tab.page.keyboard.press("w")
        heading = tab.page.get_by_role("heading", name="Why is this weight moving?")
        heading.wait_for()
        tab.wait_until(lambda: 0 <= heading.bounding_box()["y"] < 700, "the panel in sight")
