"""A program of one's own: bug, bad luck or settings, from its very own settings and starts."""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest

from chainrule.checker.observation import Reading
from chainrule.checker.own import is_whole, own
from chainrule.checker.transport import Answer, TransportError, decode, encode
from chainrule.core.errors import UsageError
from chainrule.data.problems import find
from chainrule.doctor import replay as replaying
from chainrule.doctor.program import Instead, Program, checked, read
from chainrule.doctor.why import Stopped, why_stuck
from chainrule.doctor.words import verdict
from chainrule.training import starts as starting
from chainrule.training.starts import train_starts
from tests.doctor import programs
from tests.doctor.programs import program

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
ZEROS = {"script": {"start1": "np.zeros((2, 2))", "start2": "np.zeros((2, 1))"},
         "functions": {"scale": 0}, "class": {"scale": 0}}  # fmt: skip
STYLES = ("script", "functions", "class")


@pytest.fixture
def written(tmp_path):
    """`written(text)`: the path of a program with this text."""

    def write(text, name="net.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What is seen of the right script."""
    path = tmp_path_factory.mktemp("seen") / "net.py"
    path.write_text(program("script"), encoding="utf-8")
    found, why = own(path)
    assert found is not None, why
    return found


def understood(path, instead=None) -> Program:
    found = read(path, checked(path), instead or Instead())
    assert isinstance(found, Program), found
    return found


# ------------------------------------------------------------------------ what is read


@pytest.mark.parametrize(
    ("style", "rate", "epochs", "size", "batch", "seeded"),
    [("script", 0.5, 4000, None, "sum", True), ("functions", 2.0, 4000, None, "mean", True),
     ("class", 0.5, 2000, 1, "mean", False)],
)  # fmt: skip
def test_the_settings_are_those_that_are_written(
    style, rate, epochs, size, batch, seeded, written
):  # fmt: skip
    found = understood(written(program(style)))
    assert str(found.spec) == "2-2-1 sigmoid"
    assert found.spec.loss.name == "half_squared"
    assert found.spec.conventions.batch == batch
    assert found.training.optimizer.name == "sgd"
    assert (found.training.learning_rate, found.training.epochs) == (rate, epochs)
    assert (found.training.batch_size, found.training.shuffle) == (size, False)
    assert found.data.train.x.tolist() == XOR[0]
    assert found.data.train.y.tolist() == XOR[1]
    assert found.seeded is seeded
    assert len(found.networks) == 100


def test_plain_lists_that_hold_pairs(written):
    found = understood(written(programs.ROWS))
    assert (found.training.batch_size, found.training.epochs) == (1, 5000)
    assert (found.data.train.x.tolist(), found.data.train.y.tolist()) == XOR
    assert found.training.learning_rate == 0.5


def test_rows_drawn_at_random_in_a_while_loop(written):
    found = understood(written(programs.CHOSEN))
    assert (found.training.batch_size, found.training.shuffle) == (1, True)
    assert found.training.total_steps(4) == 4000
    assert found.spec.loss.name == "binary_cross_entropy"
    assert [layer.activation.name for layer in found.spec.layers] == ["tanh", "sigmoid"]
    assert (found.data.train.x.tolist(), found.data.train.y.tolist()) == XOR


def test_samples_as_columns_and_momentum(written):
    found = understood(written(programs.COLUMNS))
    assert repr(found.training.optimizer) == "Momentum(momentum=0.9)"
    assert found.training.learning_rate == 0.1
    assert (found.data.train.x.tolist(), found.data.train.y.tolist()) == XOR


def test_shuffled_batches_and_class_numbers(written):
    found = understood(written(programs.BATCHES))
    assert str(found.spec) == "2-8-2 relu softmax"
    assert found.spec.loss.name == "softmax_cross_entropy"
    assert (found.training.batch_size, found.training.shuffle) == (10, True)
    assert (found.training.epochs, found.data.train.n) == (100, 60)
    x = found.data.train.x
    assert found.data.train.y.tolist() == (x[:, 0] * x[:, 1] > 0).astype(int).tolist()


@pytest.mark.parametrize("k", [0, 1, 7])
def test_a_start_ends_as_the_program_itself_does(k, written):
    """The program is run under its k-th seed, to its end: the same loss, to 10 digits."""
    text = program("functions", epochs=300)
    found = understood(written(text))
    ends = train_starts(found.networks, found.data, found.training, range(len(found.networks)))
    space = {"__name__": "__main__"}
    with redirect_stdout(io.StringIO()):
        exec(text.replace("seed=1", f"seed={1 + 7919 * k}"), space)
    off = space["forward"](space["params"], space["X"])[1] - space["y"]
    assert ends.losses[k] == pytest.approx(0.5 * float((off**2).mean()), rel=1e-10)


def test_no_settings_give_the_steps_of_another_formula(written, seen):
    """A wrong slope can't be replayed, so that nothing else is trained in its place."""
    wrong, _ = own(written(program("script", slope="(1 - h)")))
    assert replaying.replay(wrong.steps, ("sigmoid", "sigmoid")) is None
    assert replaying.replay(seen.steps, ("sigmoid", "sigmoid")) is not None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_step_is_held_to_the_replay(number, seen):
    """0.01 % off in one number of one step, and no settings give it."""
    step = seen.steps[number]
    W = step.after[0].W.copy()
    W[1, 0] += 1e-4 * (W[1, 0] - step.before[0].W[1, 0])
    bent = step._replace(after=(step.after[0]._replace(W=W), *step.after[1:]))
    steps = [bent if k == number else kept for k, kept in enumerate(seen.steps)]
    assert replaying.replay(steps, ("sigmoid", "sigmoid")) is None


# ------------------------------------------------------------------------ what is said


@pytest.mark.parametrize("style", STYLES)
def test_bad_luck(style, written):
    found = why_stuck(written(program(style)), starts=20)
    stuck, of = found.starts
    assert of == 20
    assert 1 <= stuck <= 10
    assert found.cause in ("bad luck", "healthy")  # whether its own start is stuck, or none is
    assert f"{stuck} of 20" in verdict(found)
    assert found.settings["sizes"] == [2, 2, 1]
    assert "2-2-1 sigmoid" in found.notes[0]


def test_its_own_start_is_the_run_in_question(written):
    """Seed 3 is stuck in this program, seed 5 is not."""
    stuck = why_stuck(written(program("script")), starts=20)
    learns = why_stuck(written(program("script", seed="np.random.seed(5)")), starts=20)
    assert (stuck.cause, learns.cause) == ("bad luck", "healthy")


@pytest.mark.parametrize("style", STYLES)
def test_a_learning_rate_that_is_too_small_is_the_settings(style, written):
    found = why_stuck(written(program(style, rate=0.0001, epochs=1000)), starts=20)
    assert (found.cause, found.starts) == ("settings", (20, 20))
    assert found.findings[0].id == "rate_too_low"
    assert found.findings[0].evidence["learning_rate"] == 0.0001


@pytest.mark.parametrize("style", STYLES)
def test_weights_that_start_at_zero_are_the_settings(style, written):
    found = why_stuck(written(program(style, **ZEROS[style])), starts=20)
    assert (found.cause, found.starts) == ("settings", (1, 1))
    assert found.findings[0].id == "symmetric_start"
    assert any("given, not drawn" in note for note in found.notes)


def test_no_hidden_layer_is_the_settings(written):
    found = why_stuck(written(programs.ONE_LAYER), starts=20)
    assert (found.cause, found.starts) == ("settings", (20, 20))
    assert found.findings[0].id == "linear_network"


def test_numbers_that_overflow_are_the_settings(written):
    text = programs.COLUMNS.replace("np.tanh(W1 @ X + b1)", "np.maximum(W1 @ X + b1, 0)")
    text = text.replace("(1 - A1 ** 2)", "(A1 > 0)").replace("dZ2 = A2 - Y", "dZ2 = A2 - Y")
    text = text.replace("1 / (1 + np.exp(-(W2 @ A1 + b2)))", "W2 @ A1 + b2").replace("0.1", "9.0")
    found = why_stuck(written(text), starts=10)
    assert (found.cause, found.starts) == ("settings", (10, 10))
    assert found.findings[0].id in ("rate_too_high", "exploding_gradients", "not_finite")


@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_program_is_a_bug_and_nothing_is_trained(style, written):
    found = why_stuck(written(program(style, slope=programs.WRONG[style])), starts=20)
    assert (found.cause, found.starts) == ("bug", None)
    assert found.findings[0].evidence["where"] == "hidden delta"


def test_a_loss_that_is_only_shown_does_not_explain_a_stuck_start(written):
    text = program("script").replace("0.5 * np.sum((out - y) ** 2)", "np.mean((out - y) ** 2)")
    found = why_stuck(written(text), starts=20)
    assert found.cause == "bad luck"
    assert found.findings[0].evidence["mistake"] in (11, 15)
    assert "not where they lead" in found.notes[1]
    fine = why_stuck(written(text.replace("seed(3)", "seed(5)")), starts=20)
    assert fine.cause == "bug"  # its own start learns; what is left is the mistake


# ------------------------------------------------------------- what is missing, what is given


def test_data_that_are_not_there_are_named_and_can_be_given(written):
    path = written(program("functions", call=CALL_WITH_A_FILE))
    found = why_stuck(path, starts=20)
    assert (found.cause, found.starts) == ("unknown", None)
    assert found.notes[0] == "No mistake was found in the program."
    assert "learning rate 2" in found.notes[1]
    assert "--data xor" in found.notes[2]
    assert verdict(found).startswith("No starts were trained")
    given = why_stuck(path, starts=20, instead=Instead(data="circles"))
    assert given.settings["given"] == ["data"]
    assert given.settings["rows"] == find("circles").data().train.n


CALL_WITH_A_FILE = """
table = np.genfromtxt("two_columns.csv", delimiter=",")
X, y = table[:, :2], table[:, -1:]
params = train(init(2, 2, 1), X, y, epochs=200)
"""


def test_data_of_another_size_are_refused(written):
    path = written(program("script"))
    with pytest.raises(UsageError):
        why_stuck(path, starts=5, instead=Instead(data="mazur"))


def test_a_program_that_never_trains_says_so(written):
    found = why_stuck(written(program("functions", call="")), starts=20)
    assert (found.cause, found.starts) == ("unknown", None)
    assert "call its training" in found.notes[1]


def test_a_loop_without_an_end_asks_for_steps(written):
    text = program("script").replace("for epoch in range(4000):", "epoch = 0\nwhile True:")
    text += "    epoch += 1\n    if loss < 0.01:\n        break\n"
    path = written(text)
    found = why_stuck(path, starts=20)
    assert found.cause == "unknown"
    assert "--steps" in found.notes[2]
    assert why_stuck(path, starts=20, instead=Instead(steps=4000)).cause == "bad luck"


def test_what_is_given_wins(written):
    path = written(program("script"))
    found = why_stuck(path, starts=10, instead=Instead(learning_rate=1e-5, epochs=200))
    assert found.cause == "settings"
    assert found.settings["learning_rate"] == 1e-5
    assert found.settings["steps"] == 200
    assert found.settings["given"] == ["learning_rate", "epochs"]


def test_only_programs_are_given_settings():
    with pytest.raises(UsageError, match="learning_rate"):
        why_stuck("xor", instead=Instead(learning_rate=0.1))


# ------------------------------------------------------------- nothing from there is believed


def test_what_comes_out_of_the_process_has_to_fit_together(seen):
    assert is_whole(seen)
    layer, step = seen.starts[0][0], seen.steps[0]
    nan = layer._replace(W=np.full_like(layer.W, np.nan))
    for bad in (
        seen._replace(steps=()),
        seen._replace(starts=()),
        seen._replace(turns=()),
        seen._replace(turns=(10**12,)),
        seen._replace(learning_rate=float("inf")),
        seen._replace(starts=((nan, *seen.starts[0][1:]),)),
        seen._replace(starts=(seen.starts[0][:1],)),
        seen._replace(x=seen.x[:2]),
        seen._replace(y=seen.y.astype(complex)),
        seen._replace(x=np.full(seen.x.shape, np.nan)),
        seen._replace(steps=(step._replace(x=step.x[:, :1]),)),
        seen._replace(steps=(step._replace(after=step.after[:1]),)),
        seen._replace(steps=(step._replace(before=()),)),
    ):
        assert not is_whole(bad)


@pytest.mark.parametrize(
    "field", [{"steps": 4}, {"starts": 201}, {"turns": 17}],
)  # fmt: skip
def test_no_more_comes_through_the_pipe_than_there_is_room_for(field, seen):
    ((name, most),) = field.items()
    many = seen._replace(**{name: (getattr(seen, name) * most)[:most]})
    reading = Reading("own", "", {}, "", (), own=many)
    with pytest.raises(TransportError, match=name):
        decode(encode(Answer((reading,))))
    fewer = seen._replace(**{name: (getattr(seen, name) * most)[: most - 1]})
    back = decode(encode(Answer((reading._replace(own=fewer),)))).readings[0].own
    assert len(getattr(back, name)) == most - 1
    assert is_whole(back)


def test_a_stop_says_how_far(written, monkeypatch):
    monkeypatch.setattr(starting, "POLL", -1.0)
    with pytest.raises(Stopped, match="of 5 starts had ended"):
        why_stuck(written(program("script")), starts=5, stop=lambda: True)


def test_steps_that_no_settings_give_are_not_replaced_by_others(written):
    """A rate that falls from step to step: right by the check, and nothing is trained for it."""
    text = program("script").replace("W2 -= lr", "lr *= 0.9\n    W2 -= lr")
    found = why_stuck(written(text), starts=5)
    assert (found.cause, found.starts) == ("unknown", None)
    assert "no settings of ours give" in found.notes[-1]
