"""The animation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

import chainrule as cr
from chainrule.plots import animation
from chainrule.plots.film import steps_of, where_it_moves
from chainrule.training.history import History, Point
from tests.helpers import refused
from tests.plots.look import alt_in, is_blue, is_orange

Runs = Callable[[str], Path]


def filmed(path: Path, to: Path, **settings: Any) -> tuple[Any, list[Image.Image], list[int]]:
    with cr.RunFile(path) as run:
        picture = animation(run, run.data(), to, **settings)
    frames, times = [], []
    with Image.open(to) as film:
        for frame in ImageSequence.Iterator(film):
            frames.append(frame.convert("RGB"))
            times.append(int(frame.info["duration"]))
    return picture, frames, times


def test_the_circles_grow(run_of: Runs, tmp_path: Path) -> None:
    picture, frames, times = filmed(run_of("circles"), tmp_path / "learning.webp", name="circles")
    assert len(frames) == 60
    assert frames[0].size == (800, 450)
    assert picture.path.stat().st_size < 700_000
    assert times[-1] >= 2000 > max(times[1:-1])
    first, last = (np.asarray(frame).astype(int) for frame in (frames[0], frames[-1]))
    assert np.abs(first - last).max() > 100
    left = last[:, :400]
    assert is_blue(left).mean() > 0.1
    assert is_orange(left).mean() > 0.03
    assert "from step 0 to step 620" in picture.alt
    assert "the loss, from 0.286 to 0.00495" in picture.alt
    assert alt_in(picture.path) == picture.alt


def test_the_last_frame_shows_the_class_in_the_middle(run_of: Runs, tmp_path: Path) -> None:
    _, frames, _ = filmed(run_of("circles"), tmp_path / "learning.webp")
    last = np.asarray(frames[-1]).astype(int)
    rows, columns = np.nonzero(is_blue(last[:, :400]))
    middle = last[(rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2]
    assert is_orange(middle)


def test_a_gif_on_request(run_of: Runs, tmp_path: Path) -> None:
    picture, frames, times = filmed(run_of("xor"), tmp_path / "learning.gif", frames=24)
    assert picture.path.read_bytes()[:6] == b"GIF89a"
    assert len(frames) > 20
    assert times[-1] >= 2000
    assert np.asarray(frames[0]).tobytes() != np.asarray(frames[-1]).tobytes()
    assert alt_in(picture.path) == picture.alt


KINDS = ["mazur", "three-layer", "three", "sine", "saddle", "many classes", "many numbers"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_data_has_a_film(run_of: Runs, tmp_path: Path, name: str) -> None:
    _, frames, _ = filmed(run_of(name), tmp_path / "learning.webp", frames=12)
    assert len(frames) == 12
    shown = [np.asarray(frame).astype(int) for frame in (frames[0], frames[-1])]
    for half in (slice(0, 400), slice(400, 800)):  # answers on the left, loss on the right
        assert np.abs(shown[0][70:, half] - shown[1][70:, half]).max() > 60


def test_the_same_run_gives_the_same_film(run_of: Runs, tmp_path: Path) -> None:
    for name in ("a.webp", "b.webp"):
        filmed(run_of("little"), tmp_path / name)
    assert (tmp_path / "a.webp").read_bytes() == (tmp_path / "b.webp").read_bytes()


def test_frames_are_first_last_and_dense_at_the_beginning(run_of: Runs) -> None:
    with cr.RunFile(run_of("mazur")) as run:
        steps = steps_of(run, 60)
        known = {point.step for point in run.history()}
    assert steps[0] == 0
    assert steps[-1] == 10_000
    assert len(steps) == len(set(steps)) == 60
    assert steps == sorted(steps)
    assert set(steps) <= known
    assert steps[30] < 2500


@pytest.mark.parametrize("frames", [2, 3, 60])
@pytest.mark.parametrize("last", [0, 1, 2, 59, 60, 61, 1000])
def test_any_number_of_steps_gives_frames(last: int, frames: int) -> None:
    steps = where_it_moves(list(range(last + 1)), history(last, lambda s: 1.0), frames)
    assert len(steps) == min(frames, last + 1)
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, last)


def test_frames_gather_where_the_loss_moves() -> None:
    falls = history(1000, lambda s: float(10 ** (-3 * np.clip((s - 700) / 50, 0, 1))))
    steps = where_it_moves(list(range(1001)), falls, 60)
    assert sum(700 <= step <= 750 for step in steps) > 25


def test_losses_that_are_no_numbers_do_not_matter() -> None:
    for odd in (np.nan, 0.0, np.inf):
        known = History(Point(s, s, 0.1, None, odd, None, None, {}, 0.0) for s in range(101))
        steps = where_it_moves(list(range(101)), known, 20)
        assert (len(steps), steps[-1]) == (20, 100)


def test_a_slow_run_is_shown_by_its_snapshots() -> None:
    known = History(Point(s, s, 0.1, None, 1.0, None, None, {}, s / 10) for s in range(0, 1001, 10))
    held = [0, 7, 311, 800, 1000]
    run: Any = SimpleNamespace(
        history=lambda: known, steps=lambda: held, ended={"step": 800}, data=lambda: None
    )
    assert steps_of(run, 60) == [0, 7, 311, 800]


def test_the_film_ends_with_the_state_that_was_chosen(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 2)), rng.integers(0, 2, 60)
    data = cr.Data.from_arrays(x, y, validation_size=0.5)
    spec = cr.Spec.chain([2, 20, 1], "tanh", loss="binary_cross_entropy")
    network = cr.Network.start(spec, seed=0)
    training = cr.Training("adam", 0.05, epochs=200, patience=15)
    with cr.RunWriter.create(tmp_path / "r.chainrule", network, data, training) as run:
        ended = cr.fit(network, data, training, run=run).ended
        assert ended.state.step < run.history().points[-1].step
        assert steps_of(run, 60)[-1] == ended.state.step
        picture = animation(run, data, tmp_path / "r.webp", frames=5)
    assert f"to step {ended.state.step}." in picture.alt


def test_a_path_of_another_kind_is_refused(run_of: Runs, tmp_path: Path) -> None:
    with cr.RunFile(run_of("xor")) as run:
        with refused("animation", ".webp", "film.mp4"):
            animation(run, run.data(), tmp_path / "film.mp4")
        with refused("animation", "frames", "1"):
            animation(run, run.data(), tmp_path / "film.webp", frames=1)
    assert list(tmp_path.iterdir()) == []


def test_a_pillow_without_webp_is_told_apart(
    run_of: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.features.check", lambda feature: False)
    with cr.RunFile(run_of("xor")) as run, refused("WebP", "gif"):
        animation(run, run.data(), tmp_path / "film.webp", frames=2)


def history(last: int, loss: Callable[[int], float]) -> History:
    return History(Point(s, s, 0.1, None, loss(s), None, None, {}, 0.0) for s in range(last + 1))
