"""A model: a network and the preparation of its data. Its file is safetensors with JSON beside.

Loading runs no code: the file holds numbers and names, and both are checked before use.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load as _load_bytes
from safetensors.numpy import save as _save_bytes

from chainrule.core.dense import Array
from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.data.preparation import Preparation
from chainrule.network import Network
from chainrule.records import Params
from chainrule.spec import Spec

FORMAT = 1  # of the model file; a newer one is refused
DTYPES = {"float64": "F64", "float32": "F32"}


class Model:
    """`model.predict(raw rows)` → answers; `model.save(path)`; `Model.load(path)`."""

    def __init__(self, network: Network, preparation: Preparation | None = None) -> None:
        self.network, self.preparation = network, preparation

    def predict(self, raw: Any, *, engine: str = "auto") -> dict[str, Array]:
        """Answers for raw rows: "prediction" and "p(<class>)" for classes, or a column for each
        target; "y1", "y2", ... where no preparation says what they mean.

        raw: an array (n, columns), or a frame or dict of columns, which is matched by name.
        """
        if self.preparation is None:
            a = self.network.forward(raw, engine=engine)
            return {f"y{k + 1}": a[:, k] for k in range(a.shape[1])}
        x = self.preparation.x(raw)
        return self.preparation.answers(self.network.forward(x, engine=engine))

    def save(self, path: str | Path) -> Path:
        """Write the model whole or not at all: an older file stays until the new one is safe."""
        about = {
            "format": FORMAT,
            "spec": self.network.spec.to_json(),
            "preparation": self.preparation.to_json() if self.preparation else None,
        }
        params = self.network.params
        text = json.dumps({**about, "sha256": _digest(about, params)})
        return write_safely(Path(path), _save_bytes(params, metadata={"chainrule": text}))

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """The model in a file. Whatever is wrong with the file is said in one sentence."""
        called = f"load {os.fspath(path)!r}"
        if not Path(path).is_file():
            got = "a folder" if Path(path).is_dir() else "nothing there"
            raise UsageError(called, "a model file", got, "Is the path right?")
        try:
            open(path, "rb").close()  # its error is clearer than that of safetensors
            return cls._read(str(path), called)
        except ChainruleError:
            raise
        except SafetensorError as error:
            if Path(path).read_bytes()[:15] == b"SQLite format 3":
                raise UsageError(
                    called, "a model file", "a run file", "chainrule export makes a model of it."
                ) from error
            raise _not_a_model(called, f"a file that is not whole safetensors ({error})") from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _not_a_model(called, f"metadata that can't be read ({error})") from error
        except OSError as error:
            raise TaskError(called, "a file that can be read", str(error), "Check it.") from error

    @classmethod
    def _read(cls, path: str, called: str) -> Model:
        with safe_open(path, framework="np") as file:
            about = json.loads((file.metadata() or {}).get("chainrule", "null"))
            if not isinstance(about, dict):
                raise _not_a_model(called, "safetensors without chainrule's metadata")
            if about.get("format") != FORMAT:
                raise UsageError(
                    called, f"a model file of format {FORMAT}", f"format {about.get('format')!r}",
                    "A newer chainrule wrote it: pip install --upgrade chainrule.",
                )  # fmt: skip
            spec = Spec.from_json(about["spec"])
            _check_tensors(file, spec, called)
            params = {name: np.array(file.get_tensor(name)) for name in spec.shapes}
        for name, theta in params.items():
            if not np.isfinite(theta).all():
                raise _not_a_model(called, f"NaN or infinity in {name}")
        if about.pop("sha256") != _digest(about, params):
            raise _not_a_model(called, "other bytes than were written: the file is damaged")
        prepared = about["preparation"]
        preparation = None if prepared is None else Preparation.from_json(prepared)
        misfit = preparation and preparation.misfit(spec.inputs, spec.outputs)
        if misfit:
            raise _not_a_model(called, f"a preparation that does not fit the network: {misfit}")
        return cls(Network(spec, params), preparation)

    def __repr__(self) -> str:
        return f"Model({self.network}, {'prepared' if self.preparation else 'raw'} data)"


def _check_tensors(file: Any, spec: Spec, called: str) -> None:
    """Names, shapes and number types as the specification says, before any number is read."""
    held = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    found = {name: (tuple(t.get_shape()), t.get_dtype()) for name, t in held.items()}
    wanted = {name: (shape, DTYPES[spec.dtype]) for name, shape in spec.shapes.items()}
    if found != wanted:
        off = next(n for n in {**wanted, **found} if found.get(n) != wanted.get(n))
        raise _not_a_model(
            called, f"{off}: {wanted.get(off, 'not in the specification')} by its specification, "
            f"{found.get(off, 'nothing')} in the file",
        )  # fmt: skip


def _not_a_model(called: str, got: str) -> UsageError:
    return UsageError(
        called, "a model file, as Model.save and `chainrule export` write it", got,
        "Take a whole copy of the file, or train again.",
    )  # fmt: skip


def _digest(about: dict[str, Any], params: Params) -> str:
    """The sha256 of all that a model file says, numbers with their lowest byte first."""
    hashed = hashlib.sha256(json.dumps(about).encode())
    for theta in params.values():
        hashed.update(theta.astype(theta.dtype.newbyteorder("<")).tobytes())
    return hashed.hexdigest()


def to_bytes(arrays: Params) -> bytes:
    """Arrays as safetensors."""
    return _save_bytes(arrays)


def from_bytes(content: bytes) -> Params:
    """The arrays again, each with memory of its own."""
    return {name: np.array(array) for name, array in _load_bytes(content).items()}


def write_safely(path: Path, content: bytes) -> Path:
    """The content whole or not at all: an older file stays until the new one is safe."""
    with safely(path) as file:
        file.write(content)
    return path


@contextmanager
def safely(path: Path) -> Iterator[BinaryIO]:
    """Temporary file beside it, fsync, rename, fsync of the folder: the old file or the new."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise TaskError(
            f"save {os.fspath(path)!r}", "a place that can be written", str(error),
            "Nothing was changed there. Free some space, or choose another path.",
        ) from error  # fmt: skip
    finally:
        with suppress(OSError):  # after the renaming there is none
            temporary.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """As far as the file system knows how: the new file is in its place already."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def load(path: str | Path) -> Model:
    """The model in a file: `chainrule.load("circles.safetensors").predict(rows)`."""
    return Model.load(path)
