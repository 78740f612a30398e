"""How time grows with rows, width and threads: figures, and a picture of each.

    python benchmarks/engine/scaling.py [--curves rows,width] [--repeats 3] [--json] [--keep]

rows:    8-16-1, batches of 256, one epoch of 1,000 to 10 million rows: time of a row, one core.
width:   w-w-w-10, batches of 64, w = 4 to 2,048: GFLOP/s, one core.
threads: the same networks on one core and on two: how many times as fast.

--keep writes docs/figures/scaling.json and docs/pictures/speed/*.png.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import machine
from contest import Contest, Time, contest
from jobs import named
from table import ROOT, chosen, say

PEERS = ("chainrule native", "chainrule reference", "JAX", "NumPy", "PyTorch")
THREADED = ("chainrule native", "JAX", "PyTorch")
CURVES = ("rows", "width", "threads")
SIZES = {
    "rows": (1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    "width": (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048),
    "threads": (4, 16, 64, 256, 1024, 2048),
}
TINY = {"rows": (1_000, 2_000), "width": (4, 8), "threads": (4, 8)}


def measure(made: Contest, curve: str) -> Iterator[Time]:
    """The times of a curve, size by size."""
    kind = "rows" if curve == "rows" else "width"
    threads = curve == "threads"
    counts = dict.fromkeys(THREADED if threads else PEERS, (1, 2) if threads else (1,))
    for size in (TINY if made.small else SIZES)[curve]:
        say(f"{curve}: {kind} {size:,} ...")
        before = len(made.times)
        made.train(f"{kind} {size}", "float32", counts)
        yield from made.times[before:]


def points(curve: str, times: Sequence[Time], small: bool) -> dict[str, list[tuple[int, float]]]:
    """By peer: size, and ns a row | GFLOP/s | how many times as fast on two cores."""
    found: dict[str, list[tuple[int, float]]] = {}
    trained = [time for time in times if time.part == "train"]
    one = {(t.who, t.job): t.seconds for t in trained if t.cores == 1}
    for time in trained:
        job, size = named(time.job, small), int(time.job.split()[1])
        if curve == "rows":
            value = 1e9 * time.seconds / job.rows
        elif curve == "width":
            value = job.flops / time.seconds / 1e9
        elif time.cores == 1:
            continue
        else:
            value = one[time.who, time.job] / time.seconds
        found.setdefault(time.who, []).append((size, value))
    return found


TITLES = {
    "rows": ("Time of a row, while rows grow", "8-16-1, batches of 256, float32, one core",
             "rows", "nanoseconds a row"),
    "width": ("GFLOP/s, while layers grow", "w-w-w-10, batches of 64, float32, one core",
              "width w", "GFLOP/s of the products"),
    "threads": ("Two cores beside one", "w-w-w-10, batches of 64, float32",
                "width w", "times as fast"),
}  # fmt: skip
LOOKS = {  # colour and marker by peer, the same in every picture
    "chainrule native": 0, "chainrule reference": 5, "JAX": 1, "NumPy": 2, "PyTorch": 4,
}  # fmt: skip


def picture(curve: str, found: dict[str, list[tuple[int, float]]]) -> tuple[bytes, str]:
    """PNG, and what it shows in words."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from chainrule.plots import style

    title, subtitle, x, y = TITLES[curve]
    content = io.BytesIO()
    with style.context():
        made = style.figure(8, 4.6, title, subtitle)
        axes = made.add_subplot()
        for who, line in found.items():
            colour, marker = style.mark(LOOKS[who])
            ours = who == "chainrule native"
            look = {"lw": 3.0 if ours else 1.6, "zorder": 3 if ours else 2}
            axes.plot(*zip(*line, strict=True), color=colour, marker=marker, label=who, **look)
        axes.set(xlabel=x, ylabel=y)
        scales(axes, curve, sorted({size for line in found.values() for size, _ in line}))
        style.legend(made, *axes.get_legend_handles_labels())
        made.savefig(content, format="png")
    told = in_words(curve, found)
    about, again = PngInfo(), io.BytesIO()
    about.add_itxt("Description", told)
    small = Image.open(content).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    small.save(again, "PNG", pnginfo=about, optimize=True)
    return again.getvalue(), told


def scales(axes: Any, curve: str, sizes: Sequence[int]) -> None:
    """Logarithms where a factor counts; every size that was measured has a tick."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    plain = FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
    axes.set_xscale("log")
    axes.set_xticks(sizes)
    axes.xaxis.set_major_formatter(plain)
    axes.xaxis.set_minor_locator(NullLocator())
    if curve == "threads":
        axes.axhline(1, lw=0.8, color="#59636e", zorder=0)
        axes.set_ylim(0, max(2.1, axes.get_ylim()[1]))
        return
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(plain)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", lw=0.5, color="#d1d9e0")


def in_words(curve: str, found: dict[str, list[tuple[int, float]]]) -> str:
    title, subtitle, x, y = TITLES[curve]
    lines = [
        f"{who} from {line[0][1]:.3g} at {line[0][0]:,} to {line[-1][1]:.3g} at {line[-1][0]:,}"
        for who, line in found.items()
    ]
    return f"{title} ({subtitle}): {y} against {x}. {'; '.join(lines)}."


def figure(lines: dict[str, dict[str, list[tuple[int, float]]]]) -> dict[str, Any]:
    about, rows = machine.about(), []
    for curve, found in lines.items():
        for who, line in found.items():
            rows += [[TITLES[curve][0], who, size, round(value, 3)] for size, value in line]
    return {
        "title": "Time against rows, width and threads",
        "columns": ["curve", "who", "size", "value"], "rows": rows,
        "notes": ["ns a row | GFLOP/s | times as fast: [Speed](speed.md)."], "date": about["date"],
        "machine": f"{about['processor']}; {about['system']}",
        "command": "make bench-scaling ARGS=--keep",
    }  # fmt: skip


def keep(found: dict[str, Any], pictures: dict[str, bytes], folder: Path) -> None:
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    (folder / "pictures" / "speed").mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (folder / "figures" / "scaling.json").write_text(text, encoding="utf-8")
    for curve, content in pictures.items():
        (folder / "pictures" / "speed" / f"{curve}.png").write_bytes(content)


def measured(options: argparse.Namespace) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """By curve, by peer; Ctrl-C keeps what there is."""
    times: dict[str, list[Time]] = {curve: [] for curve in options.curves}
    with contest(options.repeats, options.tiny) as made:
        try:
            for curve in options.curves:
                for time in measure(made, curve):
                    times[curve].append(time)
        except KeyboardInterrupt:
            say("interrupted: what was measured until now follows")
        lines = {curve: points(curve, found, made.small) for curve, found in times.items()}
    return {curve: line for curve, line in lines.items() if line}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", type=lambda said: chosen(said, CURVES), default=[*CURVES])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tiny", action="store_true", help="tests that it works, states nothing")
    parser.add_argument("--keep", action="store_true", help="write figures and pictures")
    parser.add_argument("--to", type=Path, default=ROOT / "docs", help="where --keep writes")
    options = parser.parse_args()
    lines, pictures = measured(options), {}
    for curve, found in lines.items():
        pictures[curve], told = picture(curve, found)
        say(told)
    result = figure(lines)
    if options.json:
        print(json.dumps(result))
    if options.keep:
        keep(result, pictures, options.to)


if __name__ == "__main__":
    main()
