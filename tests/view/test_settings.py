"""Settings: their bounds, what follows from them, addresses, and the form that shows them."""

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.data.problems import PROBLEMS
from chainrule.view.fields import SETTINGS, check
from chainrule.view.forms import form, values_of
from chainrule.view.sets import FEATURE_OF, MAKES, Kept, noise_of, source_of
from chainrule.view.settings import Chosen, set_up

KEPT = Kept()
SOME = [
    {"data": "circles"},
    {"data": "moons", "noise": 0.3, "rows": 50, "test_rows": 20, "seed": 3},
    {"data": "moons", "features": ["x1^2", "sin(x2)", "x1*x2"], "hidden": [[3, "relu"]]},
    {"data": "blobs", "hidden": [], "loss": "squared", "output": "sigmoid"},
    {"data": "spirals", "loss": "softmax_cross_entropy(label_smoothing=0.1)", "dtype": "float32"},
    {"data": "gauss", "optimizer": "adam(beta1=0.5)", "schedule": "step(every=30)", "l1": 0.01},
    {"data": "mazur", "hidden": [[4, "tanh"]], "bias": "unit"},
    {"data": "circles", "batch_size": None, "patience": None, "stop_below": None, "clip_norm": 1.0},
    {"data": "drawn", "points": [[0, 0, 0], [1, 1.5, 1], [-1, 2, 4]], "batch": "sum"},
]


@pytest.mark.parametrize("settings", SOME)
def test_an_address_holds_all_settings(settings):
    chosen = Chosen.of(settings)
    address = chosen.to_address(hide=("code", "why"))
    assert Chosen.from_address(address) == chosen
    assert "hide=code,why" in address
    assert address.isascii()
    made, again = set_up(chosen, KEPT), set_up(Chosen.from_address(address), KEPT)
    assert (made.spec, made.training) == (again.spec, again.training)
    assert made.source.data.fingerprint == again.source.data.fingerprint


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_without_changes_is_the_problem(name):
    made, problem = set_up(Chosen(name), KEPT), PROBLEMS[name]
    assert (made.spec, made.training) == (problem.spec, problem.training)
    assert made.source.data.fingerprint == problem.data().fingerprint


@pytest.mark.parametrize("settings", SOME)
def test_the_form_shows_what_is_and_can_be_sent_back(settings):
    made = set_up(Chosen.of(settings), KEPT)
    shown = form(made, KEPT)
    values = values_of(made)
    assert [field.name for field in shown.fields] == [name for name in SETTINGS if name in values]
    for field in shown.fields:
        assert field.says
        if field.kind == "choice" and not field.may_be_none:
            assert field.value in [choice.value for choice in field.choices], field.name
        if field.name not in ("init", "output") and field.value != "given":
            check(field.name, field.value)
    shown.to_text()


def test_every_change_changes_what_it_says():
    base = {"data": "moons"}
    plain = set_up(Chosen.of(base), KEPT)
    for name, value in {
        "noise": 0.5, "rows": 30, "test_rows": 10, "features": ["x1^2"], "hidden": [[2, "relu"]],
        "output": "sigmoid", "bias": "none", "init": "he_normal", "seed": 9, "loss": "hinge",
        "drop_probability": 0.5, "dtype": "float32", "batch": "sum", "learning_rate": 1.0,
        "optimizer": "sgd", "schedule": "cosine", "batch_size": 3, "l1": 0.5, "l2": 0.5,
        "decay": 0.5, "clip_norm": 2.0, "epochs": 7, "stop_below": 0.5, "patience": 4,
    }.items():  # fmt: skip
        made = set_up(Chosen.of({**base, name: value}), KEPT)
        if name != "output":  # binary cross-entropy has sigmoid already
            changed = (made.spec, made.training) != (plain.spec, plain.training)
            assert changed or made.source.data.fingerprint != plain.source.data.fingerprint, name
        assert values_of(made)[name] == check(name, value) or name in ("features", "hidden")


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 0}, {"learning_rate": -1}, {"learning_rate": float("nan")},
        {"learning_rate": 1e308}, {"learning_rate": "fast"}, {"learning_rate": True},
        {"batch_size": 0}, {"batch_size": -1}, {"batch_size": 1.5}, {"epochs": 10**12},
        {"hidden": [[0, "tanh"]]}, {"hidden": [[10**9, "tanh"]]}, {"hidden": [[3, "softmax"]]},
        {"hidden": [[3, "nothing"]]}, {"hidden": [[3]]}, {"hidden": "8,8"},
        {"hidden": [[3, "tanh"]] * 99},
        {"seed": 2**128}, {"seed": -1}, {"rows": 0}, {"rows": 10**9}, {"noise": -0.1},
        {"features": []}, {"features": ["x9"]}, {"loss": "nothing"}, {"optimizer": "adam(x=1)"},
        {"optimizer": "__import__('os')"}, {"schedule": "cosine(end=-1)"}, {"init": "given"},
        {"data": "nothing"}, {"data": "table:t9"}, {"data": "../etc"}, {"data": "drawn"},
        {"data": "drawn", "points": [[0, 0, 0]] * 2}, {"data": "drawn", "points": [[0, 1e9, 0]]},
        {"data": "drawn", "points": [[0, 0, 0]] * 5000}, {"nothing": 1}, {"dtype": "float16"},
        {"data": "mazur", "features": ["x1"], "hidden": 5}, {"l2": 1e300},
        {"data": "sine", "features": ["x1"]}, {"data": "sine", "loss": "softmax_cross_entropy"},
    ],
    ids=repr,
)  # fmt: skip
def test_what_can_t_be_is_refused_in_four_parts(settings):
    with pytest.raises(UsageError) as error:
        set_up(Chosen.of(settings), KEPT)
    assert all(error.value.to_json().values())


def test_a_large_network_is_refused_before_it_is_made():
    with pytest.raises(UsageError, match="1,000,000"):
        set_up(Chosen.of({"data": "moons", "hidden": [[512, "relu"]] * 8}), KEPT)
    with pytest.raises(UsageError, match="at most"):
        set_up(Chosen.of({"data": "moons", "hidden": [[512, "relu"]] * 9}), KEPT)


def test_other_data_begin_with_their_own_settings():
    chosen = Chosen.of({"data": "moons", "noise": 0.3}).having({"learning_rate": 0.5})
    assert chosen.settings == {"noise": 0.3, "learning_rate": 0.5}
    assert chosen.having({"data": "blobs"}).settings == {}
    assert chosen.having({"l2": 0.1}, whole=True).settings == {"l2": 0.1}


@pytest.mark.parametrize("name", MAKES)
def test_a_generated_set_made_anew_is_the_same_one(name):
    problem = PROBLEMS[name]
    rows = problem.data().train.n
    made = source_of(name, {"rows": rows}, KEPT)
    x, y, _ = made.data.train.block(0, rows)
    want_x, want_y, _ = problem.data().train.block(0, rows)
    assert np.array_equal(x, want_x)
    assert np.array_equal(y, want_y)
    assert (noise_of(name) is None) == (name in ("quadrants", "gaussians", "checkerboard"))


def test_features_are_what_they_are_called():
    x = np.array([[0.5, -2.0], [1.5, 3.0]])
    names = {"x1": x[:, 0], "x2": x[:, 1]}
    for name, make in FEATURE_OF.items():
        text = name.replace("^", "**").replace("sin(", "np.sin(")
        want = eval(text, {"np": np, **names})  # our own names, written as formulas
        assert np.allclose(make(x), want, rtol=0, atol=1e-15), name


@pytest.mark.parametrize(
    ("name", "value", "needs", "got"),
    [
        ("rows", None, "a whole number from 4 to 20,000", "nothing"),
        ("seed", "abc", "a whole number from 0 to 2,147,483,647", "“abc”"),
        ("clip_norm", 2e9, "a number from 1×10⁻⁶ to 1,000,000", "2,000,000,000"),
        ("l2", -1e-7, "a number from 0 to 10", "−1×10⁻⁷"),
        ("noise", 10**400, "a number from 0 to 1", "a number of many digits"),
        ("hidden", [[4, "tanh"], ["abc", "tanh"]], "1 to 512 units", "“abc”"),
        ("hidden", [["", "sigmoid"]], "1 to 512 units", "nothing"),
    ],
)
def test_a_refusal_is_in_the_words_of_the_page(name, value, needs, got):
    with pytest.raises(UsageError) as caught:
        check(name, value)
    assert (caught.value.needs, caught.value.got) == (needs, got)


def test_an_address_of_a_table_that_is_not_here_says_which_file_to_drop():
    with pytest.raises(UsageError) as caught:
        set_up(Chosen.from_address("#data=table:0123-pendel.csv"), KEPT)
    assert caught.value.needs == "the table “pendel.csv”"
    assert caught.value.do == "Drop the file “pendel.csv” here, then open the address again."
