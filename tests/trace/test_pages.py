"""A whole step in words and formulas, and what becomes of it in Markdown and HTML."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from chainrule import Network, Spec, Training
from chainrule.data.problems import PROBLEMS, find
from chainrule.engine.batches import Batches
from chainrule.engine.reference import record, start_memory
from chainrule.records import Batch, State
from chainrule.trace.markdown import markdown
from chainrule.trace.page_html import page_html
from chainrule.trace.published import wrong_figures
from chainrule.trace.story import legend, one_number, whole_step
from chainrule.trace.walk import Trace
from tests.trace.steps import problem_step, random_step, small_step, step_of

SEEDS = json.loads((Path(__file__).parents[1] / "seeds.json").read_text(encoding="utf-8"))
MAZUR = PROBLEMS["mazur"]


def mazur_page():
    trace = Trace(problem_step("mazur"), names=MAZUR.names)
    return whole_step(trace, "Step 1 of mazur", wrong_figures(MAZUR))


def value_in(page, address):
    nodes = [node for chapter in page.chapters for node in chapter.nodes]
    return next(node.value for node in nodes if node.address == address)


# The seeds were computed another way: some thirty operations in a row, each rounded once by either,
# and two exponentials, each 4 units good; the terms of a hidden delta are twice its size.
UNITS = 2 * (30 + 2 * 4) * 2 * 2.0**-53


def test_mazur_number_by_number():
    page, wanted = mazur_page(), SEEDS["mazur"]["first_step"]
    after = SEEDS["mazur"]["after_1"]
    pairs = [(value_in(page, "loss"), wanted["E"])]
    for k in range(2):
        for name, of in (("0.z", "net_h"), ("0.a", "out_h"), ("1.z", "net_o"), ("1.a", "out_o"),
                         ("1.dz", "delta_o"), ("0.dz", "delta_h")):  # fmt: skip
            pairs.append((value_in(page, f"{name}[0,{k}]"), wanted[of][k]))
        for i in range(2):
            for l, of in ((0, "W1"), (1, "W2")):
                pairs.append((value_in(page, f"{l}.dW[{i},{k}]"), wanted[f"dE_d{of}"][k][i]))
                pairs.append((value_in(page, f"{l}.W.next[{i},{k}]"), after[of][k][i]))
    assert len(pairs) == 29
    for ours, theirs in pairs:
        assert abs(ours - theirs) <= UNITS * abs(theirs)


def test_the_order_is_the_order_of_computing():
    titles = [chapter.title for chapter in mazur_page().chapters]
    starts = ["The data", "The parameters", "Forward through layer 1", "Forward through layer 2",
              "The loss", "Backward through layer 2", "Backward through layer 1", "The update",
              "4 figures", "1 figure"]  # fmt: skip
    assert [title[: len(start)] for title, start in zip(titles, starts, strict=True)] == starts


def test_the_published_figures_that_are_wrong_and_why():
    early, later = wrong_figures(MAZUR)
    assert early.title == "4 figures of the source are wrong"
    assert "already updated" in early.says
    figures = {
        "0.291027924": "0.291027774", "0.000035085": "0.000035102",
        "0.015912196": "0.015913620", "0.984065734": "0.984064274",
    }  # fmt: skip
    for figure, right in figures.items():
        line = next(line for line in early.lines if f"prints {figure}" in line)
        assert f"right is {right}; with that mistake it is {figure}" in line
    assert "9,999" in later.says
    assert "with that mistake" not in later.lines[0]
    assert wrong_figures(PROBLEMS["xor"]) == ()


def test_a_large_step_shows_the_largest_of_each_kind():
    made = problem_step("circles")
    page = whole_step(Trace(made), "circles")
    node = next(n for c in page.chapters for n in c.nodes if (n.address or "").startswith("1.dW"))
    assert abs(node.value) == np.abs(made.layers[1].dW).max()
    assert "4 by 8 numbers from " in node.says
    assert '--of "' in page.says[1]
    assert "--sample 0" in page.says[1]
    alone = whole_step(Trace(made, sample=7), "circles")
    assert {n.address for c in alone.chapters for n in c.nodes} >= {
        "0.z[7,0]",
        "1.a[7,7]",
        "loss[7]",
    }


def test_a_page_of_one_number_goes_as_far_as_it_is_long():
    page = one_number(Trace(problem_step("circles")), "0.W[0,0]", "w", most=20)
    assert len(page.chapters[0].nodes) == 20
    assert "the 20 nearest are shown" in page.says[1]


class Links(HTMLParser):
    """Anchors, links and whatever would be fetched."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.fetched = [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if tag == "a" else []
        if tag in ("script", "link", "img", "iframe", "object") or "src" in named:
            self.fetched.append(tag)


PAGES = [
    mazur_page(),
    whole_step(Trace(small_step()), "small `1`"),
    whole_step(Trace(problem_step("circles")), "circles"),
    one_number(Trace(small_step()), "0.W[0,0]", "one"),
    one_number(Trace(small_step()), "0.z", "all places"),
    *(whole_step(Trace(random_step(k, 3)), f"{k}") for k in range(6)),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_html_is_one_file_whose_links_lead_somewhere(page):
    text = page_html(page)
    found = Links()
    found.feed(text)
    assert found.fetched == []
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"(?:https?:)?//", text)
    assert len(set(found.ids)) == len(found.ids)
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    for formula in re.findall(r"<math.*?</math>", text):
        ET.fromstring(formula.replace("&#160;", " ").replace("&#8194;", " "))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_markdown_is_balanced(page):
    text = markdown(page)
    assert text.count("```math") * 2 == text.count("```")
    for block in re.findall(r"```math\n(.*?)```", text, re.DOTALL):
        assert block.count("{") == block.count("}")
        assert block.count(r"\left") == block.count(r"\right")
        assert block.count(r"\begin") == block.count(r"\end")
        assert not re.search(r"[^\x00-\x7f]", block), "LaTeX has commands for signs"


def test_the_formulas_of_an_adam_step():
    text = markdown(PAGES[1])
    assert r"\eta \cdot \hat m" in text
    assert r"\sqrt{\hat v}" in text
    assert r"\frac{\partial L}{\partial W^{(2)}_{0,0}}" in text  # `1.W`: of layer 2
    assert r"1 - \beta_{1}^{t}" in text


def test_json_of_a_page():
    found = json.loads(json.dumps(PAGES[0].to_json(), allow_nan=False))
    assert all(node in found["nodes"] for c in found["chapters"] for node in c["nodes"])


def test_what_is_not_finite_has_a_page_too():
    spec = Spec.chain([1, 1], "identity")
    batch = Batch(np.arange(1), np.array([[1e200]]), np.array([[0.0]]), None)
    params = {"0.W": np.array([[1e200]]), "0.b": np.zeros(1)}
    with np.errstate(all="ignore"):
        made = step_of(spec, Training(steps=1), params, batch)
    page = whole_step(Trace(made), "ran away")
    assert "∞" in page_html(page)
    assert r"\infty" in markdown(page)
    json.dumps(page.to_json(), allow_nan=False)
    assert Network(spec, params)


def test_a_sample_s_place_in_the_batch_is_said():
    """Addresses count places; whoever asked for a row knows its number alone."""
    problem = find("moons")
    data = problem.data().fitted(problem.spec)
    training = replace(problem.training, batch_size=32, shuffle=True)
    start = Network.start(problem.spec, seed=0)
    state = State(0, start.params, start_memory(problem.spec, training, start.params), {})
    made = record(problem.spec, training, state, Batches(data.train, training)(1))
    place = 17
    row = int(made.batch.rows[place])
    assert f"Row {row} is place {place} of this step's batch." in legend(Trace(made, sample=row))
    assert "of this step's batch" not in legend(Trace(made))
