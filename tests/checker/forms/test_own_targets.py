"""What the file's own targets say of the form in which they are handed over."""

from __future__ import annotations

import pytest

from chainrule.checker.forms import own_targets, read
from tests.checker.forms.test_forms import load
from tests.checker.forms.test_troubles import BACKWARD, FORWARD

UP = FORWARD + BACKWARD.replace("(a2 - y)", "(a2 - y.reshape(-1, 1))")
LOSS = "def loss(params, X, y):\n    return np.mean((forward(params, X)[1] - y) ** 2)\n"
TAKEN_OFF = "import numpy as np\ndef one_hot(y):\n    return np.eye(5)[y - 1]\n"


@pytest.mark.parametrize(
    ("targets", "flat"),
    [
        ("y = np.array([0.0, 1.0])", True),
        ("y = np.array([[0.0], [1.0]])", False),
        ("if __name__ == '__main__':\n    y = np.random.randint(0, 2, 30).astype(float)", True),
        ("if __name__ == '__main__':\n    y = np.random.randint(0, 2, (30, 1)) * 1.0", False),
        ("if __name__ == '__main__':\n    X = np.ones((3, 2))\n    y = X[:, 0] > 0", True),
        ("", False),
    ],
)
def test_targets_are_flat_where_a_function_stands_them_up(targets, flat):
    program = load(f"{UP}{LOSS}{targets}\n")
    assert own_targets.flat(program) == flat


def test_a_vector_of_targets_is_handed_over_as_one():
    said = read(load(f"{UP}{LOSS}y = np.array([0.0, 1.0])\n"))[0].layout
    assert said["handed over"] == "x as rows, y as flat"


def test_targets_that_nobody_stands_up_are_no_vector():
    assert not own_targets.flat(load(f"{FORWARD}{BACKWARD}{LOSS}y = np.array([0.0, 1.0])\n"))


@pytest.mark.parametrize(
    ("labels", "from_one"),
    [
        ("", True),
        ("y = np.array([1, 2, 5])", True),
        ("y = np.array([0, 2, 4])", False),
        ("def main():\n    pass\nif __name__ == '__main__':\n    y = np.random.randint(0, 5, 9)",
         False),
        ("if __name__ == '__main__':\n    y = np.random.randint(1, 6, 9)", True),
    ],
)  # fmt: skip
def test_labels_count_from_one_where_the_files_own_have_no_zero(labels, from_one):
    assert own_targets.labels_from_one(load(f"{TAKEN_OFF}{labels}\n")) == from_one
