"""The labels of the programs in ``programs`` are true: proved from the programs' own losses."""

import importlib.util
import json
import pathlib
import re

import pytest

HERE = pathlib.Path(__file__).parent / "programs"
spec = importlib.util.spec_from_file_location("programs_prove", HERE / "prove.py")
prove = importlib.util.module_from_spec(spec)
spec.loader.exec_module(prove)

LABELS = prove.labels()
PROVED = [k for k in LABELS if "proof" in prove.proofs().get(k, {})]


@pytest.mark.parametrize("key", PROVED)
def test_the_label_agrees_with_the_derivative_of_the_programs_loss(key):
    assert prove.verdict(key, LABELS[key]) == ""


def test_every_right_program_is_proved_and_every_program_is_labelled():
    assert {k for k, v in LABELS.items() if v["status"] != "wrong"} <= set(PROVED)
    files = {f"{p.parent.name}/{p.name}" for p in HERE.glob("*/*.py")}
    assert files == set(LABELS)


def test_labels_are_well_formed():
    for key, label in LABELS.items():
        assert label["status"] in ("right", "different", "wrong"), key
        assert bool(label["ids"]) == (label["status"] == "wrong"), key
        assert all(1 <= i <= 90 for i in label["ids"]), key
        assert label["why"].endswith("."), key
        assert all(isinstance(a, list) for a in label.get("also_accept", [])), key


def test_neither_names_nor_texts_tell_the_answer():
    for key in LABELS:
        said = f"{key.partition('/')[2]}\n{(HERE / key).read_text()}"
        assert not re.search(r"wrong|mistake|\bbugs?\b|_bug", said, re.IGNORECASE), key
        assert not re.search(r"[\"'\s]/(home|tmp|work|root|Users)\b", said), key


def test_the_folders_are_as_full_and_as_mixed_as_agreed():
    def of(folder):
        return json.loads((HERE / folder / "labels.json").read_text()).values()

    assert len(of("teaching")) >= 40
    assert len(of("right")) >= 70
    strangers = [label["status"] != "wrong" for label in of("strangers")]
    assert len(strangers) >= 250
    assert sum(strangers) >= 60
    wrong = of("wrong")
    assert sum(len(v["ids"]) == 1 for v in wrong) >= 60
    assert sum(len(v["ids"]) > 1 for v in wrong) >= 15
    assert len({i for v in wrong for i in v["ids"]}) >= 40
