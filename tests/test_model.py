"""The model file: whole or not at all, and nothing in it is taken on trust."""

from __future__ import annotations

import builtins
import hashlib
import json
import os
import pickle
import stat
import struct
import sys
import tempfile
import tracemalloc
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from safetensors.numpy import save as to_safetensors

from chainrule import ChainruleError, Data, Model, Network, Spec, TaskError, load
from chainrule.data.preparation import Column, Preparation, Target
from chainrule.model import write_safely
from chainrule.spec import Dense
from tests.helpers import refused, same_bits

FLIPS = 500


def spec(bias="unit", dtype="float64", loss="half_squared", last="identity"):
    return Spec(3, (Dense(4, "tanh", bias), Dense(2, last, bias)), loss, dtype)


def preparation():
    return Preparation(
        (Column("width", mean=1.5, scale=0.1), Column("ä", mean=-1e30), Column("c")),
        Target("classes", (), ("no", "yes")),
    )


def model(prepared=True, **how):
    return Model(Network.start(spec(**how), seed=5), preparation() if prepared else None)


# ---------------------------------------------------------------------------------- round trip


@pytest.mark.parametrize("prepared", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("bias", ["unit", "shared", "none"])
def test_a_model_comes_back_bit_for_bit(tmp_path, rng, bias, dtype, prepared):
    made = model(prepared, bias=bias, dtype=dtype)
    path = made.save(tmp_path / "deep" / "model.safetensors")
    again = load(path)
    assert same_bits(again.network.params, made.network.params)
    assert again.network.spec == made.network.spec
    assert again.preparation == made.preparation
    rows = rng.normal(size=(7, 3))
    assert same_bits(again.predict(rows), made.predict(rows))
    assert again.save(tmp_path / "again.safetensors").read_bytes() == path.read_bytes()
    assert repr(again) == repr(made)


def test_extreme_numbers_come_back(tmp_path):
    network = Network.start(spec(), seed=0)
    tiny, huge = 5e-324, 1.7976931348623157e308
    network.params["0.W"][0] = [tiny, -tiny, huge, -0.0]
    again = load(Model(network).save(tmp_path / "a"))
    assert same_bits(again.network.params, network.params)


@pytest.mark.parametrize(
    "name",
    [
        "modell ä.safetensors",
        "模型",
        "🙂.safetensors",
        "with space",
        "a" * 200,
        "no.ending",
        ".hidden",
    ],
)
def test_names_of_every_kind(tmp_path, name):
    path = model().save(tmp_path / name)
    assert load(path).network.spec == spec()
    assert load(str(path)).network.spec == spec()
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_predictions_without_preparation_have_plain_names():
    found = model(prepared=False).predict([[1.0, 2, 3]])
    assert {name: column.shape for name, column in found.items()} == {"y1": (1,), "y2": (1,)}


def test_the_model_of_prepared_data_takes_raw_rows(rng):
    x, y = rng.normal(50, 9, size=(20, 3)), rng.normal(size=(20, 2))
    data = Data.from_arrays(x, y, standardise=True)
    made = Model(Network.start(spec(), seed=0), data.preparation)
    raw = made.network.forward(data.train.block(0, 20)[0])
    assert same_bits(np.column_stack(list(made.predict(x).values())), raw)


# ---------------------------------------------------------------------------------- crash-safe

MOMENTS = ["open", "write", "os.fsync", "os.replace"]


@pytest.mark.parametrize("older", [True, False])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError(5, "Input/output error")]
)
def test_a_failure_leaves_the_older_file_and_no_other(tmp_path, monkeypatch, moment, error, older):
    path = tmp_path / "model.safetensors"
    if older:
        path.write_bytes(b"older")
    fail(monkeypatch, moment, error)
    with refused("model.safetensors", error.strerror, "Nothing was changed", kind=TaskError):
        model().save(path)
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"] * older
    assert not older or path.read_bytes() == b"older"
    assert load(model().save(path)).network.spec == spec()


def fail(monkeypatch, moment, error):
    """From here on this call of the operating system fails."""

    def failing(*args, **kwargs):
        raise error

    class Full:
        """A file of a full disk."""

        def __init__(self, file):
            self.file = file

        def __getattr__(self, name):
            return failing if name == "write" else getattr(self.file, name)

        def __enter__(self):
            return self

        def __exit__(self, *args):
            self.file.close()

    if moment.startswith("os."):
        monkeypatch.setattr(os, moment[3:], failing)
        return
    real, temporary = builtins.open, tempfile.NamedTemporaryFile
    opener = failing if moment == "open" else lambda *a, **k: Full(real(*a, **k))
    named = failing if moment == "open" else lambda *a, **k: Full(temporary(*a, **k))
    monkeypatch.setattr(builtins, "open", opener)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", named)


def test_a_process_stopped_in_the_midst_leaves_no_half_file(tmp_path, monkeypatch):
    path = model().save(tmp_path / "model.safetensors")
    before = path.read_bytes()

    def stopped(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        model(bias="none").save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]


def test_the_order_of_things(tmp_path, monkeypatch):
    """Written whole, brought to the disk, and only then given its name; then the folder."""
    told, path = [], tmp_path / "a"

    def tell(name, real):
        def call(*args):
            if name == "fsync":
                told.append("folder" if stat.S_ISDIR(os.fstat(args[0]).st_mode) else "file")
            else:
                told.append("name")
                assert Path(args[0]).read_bytes() == b"content"
            return real(*args)

        monkeypatch.setattr(os, name, call)

    tell("fsync", os.fsync)
    tell("replace", os.replace)
    assert write_safely(path, b"content") == path
    assert told == ["file", "name", "folder"]


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    """Some network file systems refuse it. The new file is there: nobody may say it is not."""
    real = os.fsync

    def fsync(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    path = write_safely(tmp_path / "a", b"new")
    assert path.read_bytes() == b"new"


def test_others_may_read_it_as_any_new_file(tmp_path):
    path = model().save(tmp_path / "a")
    plain = tmp_path / "b"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("where", ["folder", "file/below"])
def test_places_where_nothing_can_be_saved(tmp_path, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("I am no folder")
    with refused(where, kind=TaskError):
        model().save(tmp_path / where)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
    assert list((tmp_path / "folder").iterdir()) == []


# ----------------------------------------------------------------------------------- malformed


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return model().save(tmp_path_factory.mktemp("model") / "a").read_bytes()


def loaded(path, content=None):
    """What loading gives: a model, or an error in four parts; within a second."""
    if content is not None:
        path.write_bytes(content)
    clock = process_time()
    try:
        found = load(path)
    except ChainruleError as error:
        found = error
        four_parts(error)
    assert process_time() - clock < 1
    return found


def four_parts(error):
    assert all(part and part.strip() for part in error.to_json().values()), error


def cut(content):
    """Header as a dictionary, and the numbers behind it."""
    size = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + size]), content[8 + size :]


def joined(header, numbers, size=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if size is None else size) + text + numbers


def test_cut_and_joined_it_is_the_same(tmp_path, content):
    assert isinstance(loaded(tmp_path / "a", joined(*cut(content))), Model)


def test_cut_anywhere(tmp_path, content, rng):
    header = 8 + struct.unpack("<Q", content[:8])[0]
    places = [0, 1, 7, 8, 9, header - 1, header, header + 1, header + 8, len(content) - 1]
    for length in [*places, *rng.integers(0, len(content), 100)]:
        error = loaded(tmp_path / "a", content[:length])
        assert isinstance(error, ChainruleError)
        assert "whole" in str(error)
    assert isinstance(loaded(tmp_path / "a", content + b"\0"), ChainruleError)


def test_flipped_bytes(tmp_path, content, seed):
    """One flipped byte, in the header or in the numbers: refused each time."""
    header = 8 + struct.unpack("<Q", content[:8])[0]
    whole = loaded(tmp_path / "a", content)
    refused_times, named = 0, 0
    for number in range(FLIPS):
        rng = np.random.default_rng([seed, number])
        changed = np.frombuffer(content, np.uint8).copy()
        place = int(rng.integers(header, len(content)) if number % 2 else rng.integers(header))
        changed[place] ^= rng.integers(1, 256, dtype=np.uint8)
        found = loaded(tmp_path / "a", changed.tobytes())
        if isinstance(found, Model):  # a blank in the header that is another blank
            assert place < header
            assert found.network.spec == whole.network.spec
            assert found.preparation == whole.preparation
            assert same_bits(found.network.params, whole.network.params)
        else:
            refused_times += 1
            named += "damaged" in str(found)
    assert refused_times > FLIPS - 10
    assert named > FLIPS / 3


def test_every_letter_of_the_metadata_counts(tmp_path, content):
    header, numbers = cut(content)
    text = header["__metadata__"]["chainrule"]
    for old, new in [("1.5", "2.5"), ('"yes"', '"yet"'), ('"tanh"', '"relu"'), ('"c"', '"d"')]:
        assert text.count(old) >= 1
        metadata = {"chainrule": text.replace(old, new)}
        error = loaded(tmp_path / "a", joined({**header, "__metadata__": metadata}, numbers))
        assert "damaged" in str(error)
    about = {key: value for key, value in json.loads(text).items() if key != "sha256"}
    metadata = {"chainrule": json.dumps(about)}
    error = loaded(tmp_path / "a", joined({**header, "__metadata__": metadata}, numbers))
    assert "sha256" in str(error)


def test_a_header_that_claims_too_much(tmp_path, content):
    header, numbers = cut(content)
    for size in (2**63 - 1, 2**64 - 1, 10**9, 10**12, len(content), 2**31):
        error = loaded(tmp_path / "a", joined(header, numbers, size))
        assert isinstance(error, ChainruleError)


TENSORS = {
    "another dtype": lambda h: h["0.W"].update(dtype="F32"),
    "a dtype nobody knows": lambda h: h["0.W"].update(dtype="F65"),
    "whole numbers": lambda h: h["0.W"].update(dtype="I64"),
    "another shape": lambda h: h["0.W"].update(shape=[4, 3]),
    "a shape of one": lambda h: h["0.W"].update(shape=[12]),
    "a shape that overflows": lambda h: h["0.W"].update(shape=[2**32, 2**32, 12]),
    "a negative shape": lambda h: h["0.W"].update(shape=[-3, -4]),
    "a shape of text": lambda h: h["0.W"].update(shape="12"),
    "overlapping": lambda h: h["0.W"].update(data_offsets=h["1.W"]["data_offsets"]),
    "half overlapping": lambda h: h["0.W"].update(
        data_offsets=[h["0.W"]["data_offsets"][0] - 8, h["0.W"]["data_offsets"][1] - 8]
    ),
    "backwards": lambda h: h["0.W"]["data_offsets"].reverse(),
    "beyond the end": lambda h: h["0.W"].update(data_offsets=[10**6, 10**6 + 96]),
    "huge offsets": lambda h: h["0.W"].update(data_offsets=[0, 2**64 - 1]),
    "a name that is not in the specification": lambda h: h.update({"7.W": h.pop("0.W")}),
    "a tensor too few": lambda h: h.pop("0.b"),
    "nothing": lambda h: [h.pop(name) for name in list(h) if name != "__metadata__"],
    "a tensor that is none": lambda h: h.update({"0.W": 5}),
    "no metadata": lambda h: h.pop("__metadata__"),
    "metadata of others": lambda h: h.update(__metadata__={"format": "pt"}),
    "metadata that is no mapping": lambda h: h.update(__metadata__=[1]),
    "metadata of numbers": lambda h: h.update(__metadata__={"chainrule": 5}),
}


@pytest.mark.parametrize("change", TENSORS.values(), ids=TENSORS)
def test_headers_that_are_wrong(tmp_path, content, change):
    header, numbers = cut(content)
    change(header)
    assert isinstance(loaded(tmp_path / "a", joined(header, numbers)), ChainruleError)


def test_tensors_that_differ_are_named(tmp_path, content):
    header, _ = cut(content)
    about = header["__metadata__"]
    params = {**model().network.params, "0.W": np.zeros((4, 3))}
    error = loaded(tmp_path / "a", to_safetensors(params, metadata=about))
    assert "0.W" in str(error)
    assert "(3, 4)" in str(error)
    assert "(4, 3)" in str(error)
    more = {**model().network.params, "2.W": np.zeros(1)}
    assert "2.W" in str(loaded(tmp_path / "a", to_safetensors(more, metadata=about)))


def about_of(content):
    return json.loads(cut(content)[0]["__metadata__"]["chainrule"])


def with_about(content, about):
    """Other metadata, with the checksum that belongs to them."""
    header, numbers = cut(content)
    if not isinstance(about, str):
        about = {key: value for key, value in about.items() if key != "sha256"}
        tensors = b"".join(theta.tobytes() for theta in model().network.params.values())
        sha256 = hashlib.sha256(json.dumps(about).encode() + tensors).hexdigest()
        about = json.dumps({**about, "sha256": sha256})
    return joined({**header, "__metadata__": {"chainrule": about}}, numbers)


def test_other_metadata_with_their_checksum_are_taken(tmp_path, content):
    about = about_of(content)
    assert isinstance(loaded(tmp_path / "a", with_about(content, about)), Model)
    about["preparation"] = None
    assert loaded(tmp_path / "a", with_about(content, about)).preparation is None


def layer(**changes):
    return lambda about: about["spec"]["layers"][0].update(changes)


ABOUT = {
    "no object": lambda about: "[1, 2]",
    "a number": lambda about: "5",
    "null": lambda about: "null",
    "no JSON": lambda about: "{",
    "empty": lambda about: "",
    "NaN": lambda about: "NaN",
    "deep": lambda about: "[" * 10_000 + "]" * 10_000,
    "deep objects": lambda about: '{"a":' * 10_000 + "1" + "}" * 10_000,
    "a number of 10,000 digits": lambda about: "9" * 10_000,
    "no specification": lambda about: about.pop("spec"),
    "a specification of text": lambda about: about.update(spec="2-4-1"),
    "a list of specifications": lambda about: about.update(spec=[about["spec"]]),
    "no layers": lambda about: about["spec"].update(layers=[]),
    "layers of numbers": lambda about: about["spec"].update(layers=[4, 2]),
    "layers of text": lambda about: about["spec"].update(layers="42"),
    "layers that are a number": lambda about: about["spec"].update(layers=2),
    "an unknown setting": lambda about: about["spec"].update(more=1),
    "an unknown loss": lambda about: about["spec"].update(loss={"kind": "os.system"}),
    "a loss of text": lambda about: about["spec"].update(loss="squared"),
    "a loss without a kind": lambda about: about["spec"].update(loss={}),
    "an unknown dtype": lambda about: about["spec"].update(dtype="object"),
    "a dtype that is a list": lambda about: about["spec"].update(dtype=["float64"]),
    "inputs of 10 to the 400": lambda about: about["spec"].update(inputs=10**400),
    "inputs of a half": lambda about: about["spec"].update(inputs=3.5),
    "inputs that are true": lambda about: about["spec"].update(inputs=True),
    "units below 1": layer(units=0),
    "a million million units": layer(units=10**12),
    "units of infinity": layer(units=float("inf")),
    "units of text": layer(units="4"),
    "an unknown activation": layer(activation={"kind": "eval"}),
    "an unknown setting of a row": layer(init={"kind": "uniform", "lower": 1}),
    "an initializer of a list": layer(init=[1]),
    "an unknown kind of layer": layer(kind="conv"),
    "an unknown bias": layer(bias="some"),
    "an unhashable bias": layer(bias=[]),
    "frozen what is not there": layer(frozen=["X"]),
    "frozen a number": layer(frozen=3),
    "a preparation of text": lambda about: about.update(preparation="standardise"),
    "a preparation of a list": lambda about: about.update(preparation=[1]),
    "a column of another kind": lambda about: about["preparation"]["columns"][0].update(
        kind="code"
    ),
    "a scale of 0": lambda about: about["preparation"]["columns"][0].update(scale=0),
    "a mean of text": lambda about: about["preparation"]["columns"][0].update(mean="1"),
    "a column too few": lambda about: about["preparation"]["columns"].pop(),
    "a class too many": lambda about: about["preparation"]["target"].update(
        classes=["a", "b", "c"]
    ),
    "no classes": lambda about: about["preparation"]["target"].update(classes=[]),
    "names for other outputs": lambda about: about["preparation"].update(
        target={"task": "numbers", "names": ["a", "b", "c"], "classes": []}
    ),
    "a task nobody knows": lambda about: about["preparation"]["target"].update(task="art"),
    "conventions of text": lambda about: about["spec"].update(conventions="sum"),
    "an unknown convention": lambda about: about["spec"]["conventions"].update(batch="max"),
}


@pytest.mark.parametrize("change", ABOUT.values(), ids=ABOUT)
def test_metadata_that_is_wrong(tmp_path, content, change):
    about = about_of(content)
    result = change(about)
    text = result if isinstance(result, str) and result != "2-4-1" else about
    tracemalloc.start()
    found = loaded(tmp_path / "a", with_about(content, text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, ChainruleError), found
    assert peak < 50 * 2**20


@pytest.mark.parametrize("number", [2, 99, 0, -1, "1", None, 1.5, [1]])
def test_another_format(tmp_path, content, number):
    error = loaded(tmp_path / "a", with_about(content, {**about_of(content), "format": number}))
    assert f"format {number!r}" in str(error)
    if isinstance(number, int) and number > 1:
        assert "pip install --upgrade chainrule" in str(error)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none(tmp_path, content, value):
    params = model().network.params
    params["1.b"][1] = value
    changed = to_safetensors(params, metadata=cut(content)[0]["__metadata__"])
    error = loaded(tmp_path / "a", changed)
    assert "NaN or infinity in 1.b" in str(error)


def test_a_hundred_thousand_tensors(tmp_path, content):
    header, _ = cut(content)
    names = {f"{k}.W": {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]} for k in range(10**5)}
    error = loaded(tmp_path / "a", joined({"__metadata__": header["__metadata__"], **names}, b""))
    assert isinstance(error, ChainruleError)
    assert len(str(error)) < 1000


def test_a_hundred_thousand_layers(tmp_path, content):
    about = about_of(content)
    about["spec"]["layers"] = [about["spec"]["layers"][0]] * 10**4
    error = loaded(tmp_path / "a", with_about(content, about))
    assert isinstance(error, ChainruleError)
    assert len(str(error)) < 1000


# ------------------------------------------------------------------------------ no file of ours


def test_a_folder_or_nothing(tmp_path):
    (tmp_path / "x.safetensors").mkdir()
    with refused("a folder"):
        load(tmp_path / "x.safetensors")
    with refused("nothing there"):
        load(tmp_path / "y.safetensors")
    with refused("a folder"):
        load("")
    with refused("nothing there"):
        load("a\0b")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"\0" * 8, b"\0" * 1000, b"PK\x03\x04" + b"x" * 100,
        b"\x93NUMPY" + b"x" * 100, b'{"a": 1}', b"\xff" * 64, b"GIF89a" + b"y" * 50,
    ],
)  # fmt: skip
def test_other_files(tmp_path, content):
    """Neither of them is a model."""
    error = loaded(tmp_path / "a", content)
    assert isinstance(error, ChainruleError)


def test_a_run_file_is_no_model_and_is_told_so(tmp_path):
    from tests.training.small import made

    with refused("a run file", "export"):
        load(made(tmp_path / "a.chainrule", epochs=1))


def test_a_file_that_may_not_be_read(tmp_path):
    path = model().save(tmp_path / "a")
    path.chmod(0)
    folder = Path(tempfile.mkdtemp(prefix="chainrule-"))
    place = folder / "a"
    try:
        path.rename(place)
        folder.chmod(0o755)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(ChainruleError) as caught:
                load(place)
        finally:
            os.seteuid(was)
        four_parts(caught.value)
        assert "ermission denied" in str(caught.value)
    finally:
        place.unlink()
        folder.rmdir()


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_loading_runs_no_code(tmp_path, content, monkeypatch):
    """Neither a pickle, nor one inside a model, nor the names of functions are ever followed."""
    mark = tmp_path / "mark"
    payload = pickle.dumps(Payload(mark))
    pickle.loads(payload).close()
    assert mark.exists()  # it would
    mark.unlink()
    called = []
    for name in ("load", "loads", "Unpickler", "_Unpickler"):
        monkeypatch.setattr(pickle, name, lambda *a, **k: called.append(a))
    header, numbers = cut(content)
    for bad in (
        payload,
        struct.pack("<Q", len(payload)) + payload,
        joined(header, payload),
        joined({**header, "__metadata__": {"chainrule": payload.decode("latin-1")}}, numbers),
        payload + content,
        content + payload,
    ):
        assert isinstance(loaded(tmp_path / "a", bad), ChainruleError)
    with pytest.raises(ChainruleError):
        load(model().save(tmp_path / "b").rename(tmp_path / "c.pkl").parent)
    assert not mark.exists()
    assert called == []


def test_loading_imports_nothing_that_runs_code(tmp_path):
    """In a fresh process: no pickle beyond what NumPy itself imports, no eval, exec or compile."""
    from tests.training.small import started

    path = model().save(tmp_path / "a")
    program = """
import sys
import numpy, safetensors.numpy
from chainrule.model import Model
before = set(sys.modules)
ran = []
bad = {"pickle.find_class", "exec", "compile", "os.system", "subprocess.Popen", "ctypes.dlopen"}
sys.addaudithook(lambda event, args: ran.append(event) if event in bad else None)
Model.load(sys.argv[1])
print(sorted(ran), sorted(set(sys.modules) - before))
"""
    process = started(program, path)
    said, complaint = process.communicate()
    assert (complaint, said.strip()) == ("", "[] []")
    assert sys.version_info >= (3, 11)
