"""Anything in any order: a session answers, or says in four parts why not, and stays whole."""

import random

import pytest

from chainrule.core.errors import ChainruleError
from chainrule.view import commands as c
from chainrule.view import frame
from chainrule.view.answers import ANSWERS, answer
from chainrule.view.picture import View
from chainrule.view.session import MOVES, Session

pytestmark = pytest.mark.usefixtures("patient")

COMMANDS = 120
CHOICES = {
    "data": ["circles", "moons", "xor", "blobs", "sine", "mazur", "drawn", "nothing"],
    "noise": [0, 0.5, -1], "rows": [4, 40], "test_rows": [0, 5], "seed": [0, 7],
    "hidden": [[], [[3, "relu"]], [[4, "tanh"], [4, "sigmoid"]]],
    "loss": ["squared", "binary_cross_entropy", "softmax_cross_entropy", "huber(delta=2)", "hinge"],
    "features": [["x1"], ["x1", "x2"], ["x1^2", "x2"]], "drop_probability": [0, 0.3],
    "dtype": ["float32", "float64"], "bias": ["unit", "shared", "none"], "output": ["identity"],
    "points": [[[0, 0, 0], [1, 1, 1], [2, 0, 2]]],
}  # fmt: skip
ON_THE_WAY = {
    "optimizer": ["sgd", "adam", "momentum"], "learning_rate": [1e-3, 0.1, 1, 100, 1e4],
    "schedule": ["constant", "cosine", "on_plateau", "warm_up"], "batch_size": [None, 1, 7],
    "l2": [0, 0.1], "patience": [None, 1], "stop_below": [None, 0.1], "epochs": [1, 5, 50],
}  # fmt: skip


def some(dice, table):
    return {name: dice.choice(values) for name, values in table.items() if dice.random() < 0.25}


def command(dice):
    """One of all there are, with values that may be possible or not."""
    address = dice.choice(["0.W[0,0]", "1.W[0,0]", "loss", "0.z[0,0]", "1.b[0]", "nothing"])
    moves = [
        c.Play(1), c.Play(1), c.Pause(1), c.Step(1, dice.choice([1, 3, -1, 50])), c.Runs(1),
        c.Seek(1, dice.choice([0, 1, 5, 30, 200])), c.Share(1), c.Drop(1, dice.choice("ABCD")),
        c.Speed(1, dice.choice(["slow", "normal", "fast"])), c.Show(1, dice.choice("ABCD")),
        c.Configure(1, {**some(dice, CHOICES), **some(dice, ON_THE_WAY)}, dice.random() < 0.6),
        c.Branch(1, dice.choice([0, 1, 5, 20]), some(dice, ON_THE_WAY)),
        c.Open(1, dice.choice(["moons-1.chainrule", "circles-1.chainrule", "xor-1.chainrule"])),
        c.Explain(1, address, dice.choice([None, None, 0])), c.Pulls(1, address),
        c.WhatIf(1, "loss", dice.choice(["0.W[0,0]", "x[0,0]", "y[0]", "learning_rate"]), 0.5),
        c.Row(1, dice.choice(["train", "test"]), dice.choice([0, 2])),
        c.Code(1, dice.choice(["chainrule", "numpy", "pytorch"])),
    ]  # fmt: skip
    return dice.choice(moves)


@pytest.mark.parametrize("seed", [1, 2])
def test_anything_in_any_order(seed, tmp_path):
    dice, session = random.Random(seed), Session(tmp_path)
    refused: list[ChainruleError] = []
    try:
        for _ in range(COMMANDS):
            asked = command(dice)
            try:
                if type(asked) in MOVES:
                    session.do(asked)
                else:
                    answer(session, asked).to_text()
            except ChainruleError as error:
                refused.append(error)
            session.tick()
            view = View(dice.choice([None, -1, 0, 1]), dice.choice([0, 1, 5]), True, 16, 8)
            found, _ = frame.from_bytes(session.frame(view, dice.choice([None, "A"])))
            assert found.step == session.step <= session.line.head
            assert session.line.saved <= session.line.head
            for news in session.take_news():
                news.to_text()
    finally:
        session.close()
    assert 0 < len(refused) < COMMANDS * 0.7
    for error in refused:
        assert all(error.to_json().values())
        assert "surprise" not in error.needs
        assert "training process" not in error.called


def test_every_command_is_obeyed_or_answered():
    elsewhere = {c.Hello, c.Look, c.Check, c.StopCheck}  # of a page, and in a process of its own
    assert set(MOVES) | set(ANSWERS) | elsewhere == set(c.COMMANDS.values())
