"""Tables in files: every way they are written, and every way they are wrong."""

from __future__ import annotations

import base64
import bz2
import datetime
import gzip
import io
import json
import lzma
import sys
import zlib

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.data import csv_file, files, store, table, trial
from chainrule.data.cells import is_date, is_number, numbers
from chainrule.data.columns import Column
from chainrule.data.encoder import Encoder
from chainrule.data.holes import with_holes
from tests.helpers import refused

ROWS = [(1.5, "ja", 2), (-2.25, "größer", 3), (1e-3, "nein, doch", 4), (4.0, "ja", 5)]


def text(separator=",", decimal=".", header="a{0}b{0}y"):
    lines = [header.format(separator)] if header else []
    for a, b, y in ROWS:
        cell = f'"{b}"' if separator in b or "," in b else b
        lines.append(separator.join([str(a).replace(".", decimal), cell, str(y)]))
    return "\n".join(lines) + "\n"


def write(folder, content, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def values_of(found):
    """Rows as Python has them, texts as texts, missing as None."""
    columns = []
    for k, column in enumerate(found.columns):
        cells = [None if v != v else v for v in found.values[:, k].tolist()]
        texts = column.texts
        columns.append(
            cells if texts is None else [c if c is None else texts[int(c)] for c in cells]
        )
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("separator", "decimal"), [",.", ";,", ";.", "\t.", "\t,", "|."])
def test_the_same_table_however_it_is_written(separator, decimal, encoding, tmp_path):
    found = files.read(write(tmp_path, text(separator, decimal), encoding=encoding))
    assert values_of(found) == ROWS
    assert found.names == ["a", "b", "y"]
    said = " ".join(found.notes)
    assert ("3,14" in said) == (decimal == ",")
    assert ("read as" in said) == (not encoding.startswith("utf-8")) or decimal == ","


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_unpacked(pack, tmp_path):
    assert values_of(files.read(write(tmp_path, pack(text().encode()), "t.csv.x"))) == ROWS


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(pack, monkeypatch):
    pipe = io.BytesIO(pack(text(";").encode()))
    pipe.seekable = lambda: False
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))
    found = files.read("-")
    assert (values_of(found), found.source) == (ROWS, "stdin")


def test_windows_line_ends_blank_lines_and_quoted_line_ends(tmp_path):
    found = files.read(write(tmp_path, 'a,b\r\n\r\n1,"two\r\nlines"\r\n2,x\r\n\r\n'))
    assert values_of(found) == [(1, "two\r\nlines"), (2, "x")]


def test_the_first_lines_may_end_within_a_cell(tmp_path):
    rows = ["a,note,y"] + [f'{k}.5,"one\nand ""two""",{k % 2}' for k in range(60)]
    found = files.read(write(tmp_path, "\n".join(rows)))
    assert (found.names, found.n) == (["a", "note", "y"], 60)
    assert found.columns[1].texts == ('one\nand "two"',)


@pytest.mark.parametrize(
    ("content", "names", "rows"),
    [
        ("1.5,2,a\n2.5,3,b\n", ["column 1", "column 2", "column 3"], 2),
        ("0,1,2\n5,6,7\n", ["0", "1", "2"], 1),  # as pandas numbers columns
        ("id,2019,2020\n5,6,7\n", ["id", "2019", "2020"], 1),
        (",x,y\n0,5,6\n", ["column 1", "x", "y"], 1),
        ("red,big\nblue,small\n", ["red", "big"], 1),
    ],
)
def test_whether_the_first_row_names_the_columns(content, names, rows, tmp_path):
    found = files.read(write(tmp_path, content))
    assert (found.names, found.n) == (names, rows)
    assert found.has_names == (names != ["column 1", "column 2", "column 3"])


@pytest.mark.parametrize("nothing", ["", "NA", "n/a", "NaN", " null ", "?"])
def test_missing_cells(nothing, tmp_path):
    found = files.read(write(tmp_path, f"a,b\n1,x\n{nothing},{nothing}\n"))
    assert values_of(found) == [(1, "x"), (None, None)]


def test_what_is_no_number():
    assert numbers(["1", " 2.5 ", "-3e5", "+.5", "4."]).tolist() == [1, 2.5, -3e5, 0.5, 4]
    assert numbers(["1", "1_000"]) == 1
    assert numbers(["٣"]) == 0
    assert numbers(["1.234,5"], comma=True) == 0  # marks between thousands
    assert numbers(["1,5", "2"], comma=True).tolist() == [1.5, 2]
    assert np.isnan(numbers(["1", "-"])[1])
    assert not is_number("")
    dates = ["2024-01-31", "31.1.24", "1/2/2024 12:30", "2024-01-31T12:30:01.5Z", "12:30"]
    assert all(map(is_date, dates))
    assert not any(map(is_date, ["2024", "1.5", "a-b-c"]))


def test_a_column_that_turns_out_to_be_text_late(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "AT_ONCE", 1)
    rows = "".join(f"{k},{k}\n" for k in range(40))
    found = files.read(write(tmp_path, f"a,b\n{rows}oops,7\n8,late\n"))
    assert [c.is_text for c in found.columns] == [True, True]
    assert found.columns[0].first_text == "'oops' in row 41"
    assert values_of(found)[-2:] == [("oops", "7"), ("8", "late")]
    assert values_of(found)[3] == ("3", "3")


def test_large_tables_go_to_disk_and_are_the_same(tmp_path, monkeypatch):
    path = write(tmp_path, "a,b\n" + "".join(f"{k},{k / 7}\n" for k in range(5000)))
    held = files.read(path)
    monkeypatch.setattr(store, "LARGE", 1000)
    monkeypatch.setattr(csv_file, "AT_ONCE", 64)
    on_disk = files.read(path)
    assert not isinstance(held.values, np.memmap)
    assert isinstance(on_disk.values, np.memmap)
    assert np.array_equal(held.values, on_disk.values)
    store.forget(on_disk.values)
    assert np.array_equal(held.values, np.concatenate(list(store.blocks(on_disk.values))))


def test_no_room_on_disk_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 10)
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "nowhere"))
    with pytest.raises(RuntimeError, match="CHAINRULE_CACHE"):
        files.read(write(tmp_path, "a,b\n1,2\n3,4\n"))


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "AT_ONCE", 1)
    heard = []
    path = write(tmp_path, "a,b\n" + "1,2\n" * 100)
    files.read(path, report=lambda read, total: heard.append((read, total)))
    assert len(heard) > 3
    assert heard[-1] == (path.stat().st_size,) * 2


# ------------------------------------------------------------------------------------ wrong files

WRONG = {
    "empty": (b"", "an empty file"),
    "blank": (b"\n \n\n", "an empty file"),
    "a header alone": (b"a,b,c\n", "the names alone (a, b, c)"),
    "ragged": (b"a,b,y\n1,2,x\n1,2\n3,4,x\n", "2 in line 3: 1, 2"),
    "random bytes": (bytes(range(256)) * 20, "bytes that are no text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 200)), "a PNG picture"),
    "a spreadsheet": (b"PK\x03\x04" + b"\0" * 99, "a zip archive or a spreadsheet"),
    "half a gzip": (gzip.compress(text().encode() * 99)[:90], "EOFError"),
    "an open quotation mark": (b'a,b\n1,"' + b"z\n" * 70_000, "a longer one from line"),
    "one cell of 100 MB": (
        lambda: b"a,b\n1,2\n" + b"z" * 100_000_000 + b",2\n",
        "a longer one, line 3",
    ),
}


def highest():
    """The most memory this process ever had, in KiB as Linux counts; 0 where nobody tells."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("name", WRONG)
def test_wrong_files_are_refused_in_bounded_memory(name, tmp_path):
    content, got = WRONG[name]
    path = write(tmp_path, content() if callable(content) else content)
    before = highest()
    with refused("read", "t.csv", got.split(" in line")[0]):
        files.read(path)
    grown = highest() - before
    assert grown < 120_000, "KiB: a line of 2^24 letters is 16 MB, its copies are a few of these"


def test_no_file_and_a_folder(tmp_path):
    with refused("nothing there"):
        files.read(tmp_path / "no.csv")
    with refused("a folder"):
        files.read(tmp_path)


# ---------------------------------------------------------------------------------- other formats


def test_npz(tmp_path):
    x, y = np.arange(12.0).reshape(3, 2, 2), np.array([0, 1, 0])
    np.savez(tmp_path / "d.npz", x=x, y=y)
    found = files.read(tmp_path / "d.npz")
    assert found.names == ["x1", "x2", "x3", "x4", "y"]
    assert found.values.tolist() == np.column_stack([x.reshape(3, 4), y]).tolist()
    np.savez(tmp_path / "e.npz", width=[1.0, 2.0], kind=["a", "b"])
    assert values_of(files.read(tmp_path / "e.npz")) == [(1, "a"), (2, "b")]
    np.save(tmp_path / "f.npy", x[:, 0])
    assert files.read(tmp_path / "f.npy").values.tolist() == x[:, 0].tolist()


def test_wrong_npz(tmp_path):
    with refused("read", "np.savez"):
        files.read(write(tmp_path, b"PK\x03\x04 no archive", "d.npz"))
    np.savez(tmp_path / "o.npz", x=np.array([[1, None]], dtype=object))
    with refused("save plain arrays"):
        files.read(tmp_path / "o.npz")
    np.savez(tmp_path / "z.npz", z=np.zeros((3, 2)))
    with refused("x (n, inputs) and y (n,)", "z (3, 2)"):
        files.read(tmp_path / "z.npz")


def changed(content, local, central, value):
    """A zip archive with one number of each member's two headers changed."""
    made = bytearray(content)
    for mark, at in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        place = made.find(mark)
        while place >= 0:
            made[place + at] = value
            place = made.find(mark, place + 1)
    return bytes(made)


def test_archives_that_can_t_be_unpacked(tmp_path):
    file = io.BytesIO()
    np.savez_compressed(file, x=np.arange(2000.0).reshape(1000, 2), y=np.arange(1000) % 2)
    whole = file.getvalue()
    with refused("encrypted", "save plain arrays"):
        files.read(write(tmp_path, changed(whole, 6, 8, 1), "d.npz"))
    with refused("compression method", "save plain arrays"):
        files.read(write(tmp_path, changed(whole, 8, 10, 99), "d.npz"))
    with refused("read to its end", "decompressing"):
        files.read(write(tmp_path, whole[:80] + b"\xff" * 40 + whole[120:], "d.npz"))


def test_an_array_larger_than_any_memory(tmp_path):
    file = io.BytesIO()
    about = {"descr": "<f8", "fortran_order": False, "shape": (10**12, 2)}
    np.lib.format.write_array_header_1_0(file, about)
    with refused("Unable to allocate"):
        files.read(write(tmp_path, file.getvalue(), "d.npy"))
    with refused("save plain arrays"):  # its header is Python, and does not end
        files.read(write(tmp_path, file.getvalue().replace(b"}", b"("), "d.npy"))


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow"])
def test_parquet_and_arrow(name, tmp_path):
    polars = pytest.importorskip("polars", reason="the extra data is not installed")
    frame = polars.DataFrame({"a": [1.5, None], "b": ["x", None], "when": ["2024-01-01", None]})
    frame = frame.with_columns(polars.col("when").str.to_date())
    (frame.write_parquet if "parquet" in name else frame.write_ipc)(tmp_path / name)
    found = files.read(tmp_path / name)
    assert values_of(found)[0][:2] == (1.5, "x")
    assert values_of(found)[1] == (None, None, None)
    assert found.columns[2].is_dates
    with refused("Parquet or Arrow"):
        files.read(write(tmp_path, b"no such thing", name))


def test_parquet_without_a_reader(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setattr(files, "check_readable", lambda _: None)  # which would find them
    with refused("polars or pyarrow", "chainrule[data]"):
        files.read(write(tmp_path, b"PAR1", "t.parquet"))


TOLD = {"called": "a", "needs": "b", "got": "c", "do": "d"}


@pytest.mark.parametrize(
    ("program", "got"),
    [
        ("import os; os.abort()", "one that ends its reader"),
        ("import time; time.sleep(9)", "not through with after"),
        (f"print('x'); print({json.dumps(TOLD)!r}); exit(77)", "a: needs b, got c. d"),
    ],
)  # fmt: skip
def test_a_column_file_that_no_reader_survives_is_refused(program, got, tmp_path, monkeypatch):
    program = f"print({trial.READY!r}, flush=True); {program}"
    monkeypatch.setattr(trial, "COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr(trial, "SECONDS", 0.5 if "sleep" in program else 20)
    with pytest.raises(UsageError, match=got):
        files.read(write(tmp_path, b"PAR1 and what kills", "t.parquet"))


@pytest.mark.parametrize(
    "command",
    [
        ("nothing that could be begun",), ("no python",), ("",), (None,), ("/bin/ls",),
        (sys.executable, "-c", "import nowhere_to_be_found"),
        (sys.executable, "-c", "print('hello'); import os; os.abort()"),
        (sys.executable, "-c", "print('hello'); import time; time.sleep(9)"),
    ],
)  # fmt: skip
def test_without_a_process_of_its_own_a_column_file_is_read_here(command, tmp_path, monkeypatch):
    polars = pytest.importorskip("polars", reason="the extra data is not installed")
    polars.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(trial, "COMMAND", command)
    monkeypatch.setattr(trial, "SECONDS", 0.5)
    assert files.read(tmp_path / "t.parquet").n == 1


def test_a_program_that_holds_its_own_python_does_not_begin_itself(tmp_path, monkeypatch):
    polars = pytest.importorskip("polars", reason="the extra data is not installed")
    polars.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(trial.subprocess, "run", None)  # nothing to be called
    monkeypatch.setattr(trial, "COMMAND", ("/usr/bin/uwsgi", *trial.COMMAND[1:]))
    assert files.read(tmp_path / "t.parquet").n == 1
    monkeypatch.undo()
    monkeypatch.setattr(trial.subprocess, "run", None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert files.read(tmp_path / "t.parquet").n == 1


@pytest.mark.parametrize("said", ["hello", "hello\\n"])
def test_what_others_print_and_put_in_the_path_has_no_say(said, tmp_path, monkeypatch):
    polars = pytest.importorskip("polars", reason="the extra data is not installed")
    polars.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "t.parquet")
    own = f"print('{said}', end=''); import atexit; atexit.register(print, 'bye')\n"
    monkeypatch.setattr(trial, "COMMAND", (*trial.COMMAND[:-1], own + trial.PROGRAM))
    monkeypatch.setattr(sys, "path", [*sys.path, None, tmp_path])
    assert files.read(tmp_path / "t.parquet").n == 1
    with pytest.raises(UsageError, match="a whole Parquet or Arrow file"):
        files.read(write(tmp_path, b"PAR1 and no more", "broken.parquet"))


def test_a_library_that_fails_at_the_end_of_its_process_is_not_the_files_fault(
    tmp_path, monkeypatch
):
    own = "import atexit, os; atexit.register(os.abort)\n"
    monkeypatch.setattr(trial, "COMMAND", (*trial.COMMAND[:-1], own + trial.PROGRAM))
    trial.check_readable(write(tmp_path, b"", "t.parquet"), "os:stat")


def test_modules_of_the_folder_one_works_in_have_no_say(tmp_path, monkeypatch):
    polars = pytest.importorskip("polars", reason="the extra data is not installed")
    polars.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "t.parquet")
    for name in ("polars", "json", "numpy"):
        (tmp_path / f"{name}.py").write_text("import os; os.abort()")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each])
    assert files.read("t.parquet").n == 1


# Two texts as polars wrote them, with one byte of a page flipped: polars 2.1 ends its process.
KILLS = zlib.decompress(base64.b85decode(
    "c-oDT!A`<J5QcZxhG67?hS_vY4?PHhNDx-BV7M%XAdz4pF`kR1LW0y#1j^B;@M(MqAI7t@jR%fSHZwc({WFv7x@uGd12"
    "~-aF%UwIiWL2pp^IZ6a00vx6ta+llyyytERIdOMS5s!jX~)FgN&$?R92YO1I7)$;~%upDx~-I;+P@d3X|!vf@8(vEg0a"
    "102AdqV;P1kU<5LGhJ*5?Zz1A_u!L3kqSk+w@E-~}{!QVGAU6tW)a3LgGowbMho_t9c{+LZ%ujluO@<1sqg`W-`F8l1C"
    "#8F(B6XX@p*nYwZ#KH#Q|e`3mpDiBIN=HGssueM-Q4b}b`m>!9$KPP%H3g8qoa{Ns@qY-9Jt}!TSj*AEnZE-Maf=ImeD"
    "L+*s@ZqRPEyUeKz-PCummX*uM+{Uphh1kbdn-It{Pd^klOh1Tt{EiQkkZVd-Za<EOg#)xShaWdi"
))  # fmt: skip


def test_a_real_file_that_ends_its_reader_is_refused_or_read(tmp_path):
    pytest.importorskip("polars", reason="the extra data is not installed")
    try:
        found = files.read(write(tmp_path, KILLS, "kills.parquet"))
    except UsageError as error:
        got = error.needs
    else:
        got = found.names
    assert got in ("a whole Parquet or Arrow file", ["a"])


# ------------------------------------------------------------------------------------------ frames


class Series:
    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return np.array(self.values)


class Frame(dict):
    """What pandas and polars have in common."""

    @property
    def columns(self):
        return list(self)


@pytest.mark.parametrize("kind", [dict, Frame])
def test_frames(kind):
    frame = kind(
        a=Series([1, 2]), b=Series(np.array(["x", None], dtype=object)), c=Series([True, False]),
        d=Series(np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")), e=Series([1.0, np.nan]),
    )  # fmt: skip
    found = table.from_frame(frame)
    rows = values_of(found)
    assert [row[:3] for row in rows] == [(1, "x", 1), (2, None, 0)]
    assert found.columns[2].is_truth
    assert found.columns[3].is_dates
    assert rows[1][3:] == (None, None)


def test_wrong_frames():
    with refused("a frame of pandas or polars", "int"):
        table.from_frame(3)
    with refused("columns of one length"):
        table.from_columns({"a": [1, 2], "b": [1]})
    with refused("at least one column"):
        table.from_columns({})
    with refused("column 'a'", "shape (1, 2)"):
        table.from_columns({"a": [[1, 2]]})


def test_more_texts_than_are_kept_apart(monkeypatch):
    monkeypatch.setattr(table, "MOST_TEXTS", 3)
    found = table.from_columns({"a": ["p", "q", "r", "s", "p", "NA", "t"]})
    assert found.columns[0].is_full
    assert found.columns[0].texts == ("p", "q", "r")
    codes = found.values[:, 0].tolist()
    assert [*codes[:5], codes[6]] == [0, 1, 2, table.OTHER, 0, table.OTHER]
    assert np.isnan(codes[5])  # only what is missing is missing


def test_a_text_too_many_is_no_class_and_no_hole(monkeypatch):
    monkeypatch.setattr(table, "MOST_TEXTS", 2)
    found = table.from_columns({"a": ["p", "r", "q", "p"]})
    left = with_holes(found, ("r",))
    assert left.columns[0].texts == ("p",)
    assert np.array_equal(left.values[:, 0], [0, np.nan, table.OTHER, 0], equal_nan=True)
    encode = Encoder([Column("a", "category", categories=("p", "r"))], [0], "error", found)
    assert encode.all(found.values).tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]


TIMES = {
    "days": (["2024-01-31", "NaT"], "M8[ns]", ["2024-01-31", None]),
    "minutes": (
        ["2024-01-31T12:30", "2024-02-01"],
        "M8[us]",
        ["2024-01-31T12:30", "2024-02-01T00:00"],
    ),
    "nanoseconds": (["2024-01-31T00:00:00.000000001"], "M8[ns]", ["2024-01-31T00:00:00.000000001"]),
    "durations": (["1"], "m8[D]", ["1 days"]),
}


@pytest.mark.parametrize(("cells", "kind", "wanted"), TIMES.values(), ids=TIMES)
def test_times_of_a_frame_are_kept_as_they_read(cells, kind, wanted):
    found = table.from_columns({"when": np.array(cells, dtype=kind), "y": np.arange(len(cells))})
    assert found.columns[0].is_dates
    assert [row[0] for row in values_of(found)] == wanted


def test_dates_of_python_are_kept_as_they_read():
    cells = [datetime.date(2024, 1, 31), None, datetime.time(12, 30)]
    found = table.from_columns({"when": cells, "y": [1, 2, 3]})
    assert found.columns[0].is_dates
    assert [row[0] for row in values_of(found)] == ["2024-01-31", None, "12:30:00"]


@pytest.mark.parametrize("rows", ['1,2\n3,"4\n5,6\n', '1,"2\n3,4\n5,6', '1,2\n3,4\n5,"6\n\n'])
def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line(rows, tmp_path):
    line = 2 + rows[: rows.index('"')].count("\n")
    with refused("quotation marks that are closed", f"from line {line} on"):
        files.read(write(tmp_path, "a,b\n" + rows))


@pytest.mark.parametrize(
    "rows", ['1,"x\ny"\n', '1,"x\n"\n\n', '1,5" pipe\n', '1,x\n2,"say ""a""\n"']
)
def test_quotation_marks_that_are_closed_or_within_a_line_are_fine(rows, tmp_path):
    assert files.read(write(tmp_path, "a,b\n" + rows)).n == 1 + rows.startswith("1,x")


# ----------------------------------------------------------------------- how programs write tables


def test_the_first_line_of_excel_names_the_separator(tmp_path):
    found = files.read(write(tmp_path, "sep=;\r\na;b;y\r\n1,5;x;2\r\n2,5;z;3\r\n"))
    assert found.names == ["a", "b", "y"]
    assert values_of(found) == [(1.5, "x", 2), (2.5, "z", 3)]
    assert "the first line names what separates the cells" in found.notes
    assert files.read(write(tmp_path, "sep=^\na^b\n1^2\n")).names == ["a", "b"]


ABOVE = {
    "two lines and names": ("# made by x, y\n#\n\na,b\n1,2\n3,4\n", ["a", "b"], "2 lines"),
    "as many cells as the names": ("# a table, of x\na,b\n1,2\n", ["a", "b"], "1 line "),
    "names": ("#a,b\n1,2\n3,4\n", ["#a", "b"], ""),
    "names of texts": ("#a,b\nu,v\nw,x\n", ["#a", "b"], ""),
    "a line and names": ("# by x\n# a,b\n1,2\n3,4\n", ["# a", "b"], "1 line "),
    "no names": ("# by x\n1,2\n3,4\n", ["column 1", "column 2"], "1 line "),
    "nothing else": ("#a,b\n#c,d\n", ["#a", "b"], ""),
    "after Excel's": ("sep=,\n# by x\na,b\n1,2\n", ["a", "b"], "1 line "),
}


@pytest.mark.parametrize(("content", "names", "told"), ABOVE.values(), ids=ABOVE)
def test_comments_above_the_table_are_left_out_and_told(content, names, told, tmp_path):
    found = files.read(write(tmp_path, content))
    assert found.names == names
    said = [note for note in found.notes if "#" in note]
    assert len(said) == bool(told)
    assert all(note.startswith(told) for note in said)
    if told:
        assert found.values[0].tolist() == [1, 2]


def test_lines_are_counted_from_the_first_of_the_file(tmp_path):
    for rows, line in (("1,2\n3\n", 5), ('1,2\n3,"4\n5,6\n', 5)):
        with refused(f"line {line}"):
            files.read(write(tmp_path, "# by x\n\na,b\n" + rows))


def test_names_that_stand_there_twice_are_told_apart(tmp_path):
    found = files.read(write(tmp_path, "x,y,x,x.2,x,,column 6\n1,2,3,4,5,6,7\n"))
    assert found.names == ["x", "y", "x.3", "x.2", "x.4", "column 6", "column 6.2"]
    assert any("told apart: x.3, x.4, column 6.2" in note for note in found.notes)


GERMAN = ["999", "1.000", "1.234.567", "-1.000,5", "", "0,25"]
ENGLISH = ["999", "1,000", "1,234,567", "-1,000.5", "", "0.25"]
LARGE_NUMBERS = [999, 1000, 1234567, -1000.5, None, 0.25]


@pytest.mark.parametrize("at_once", [1, 2**18])
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize(("cells", "shown"), [(GERMAN, "1.000"), (ENGLISH, "1,000")])
def test_marks_between_thousands(cells, shown, separator, at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "AT_ONCE", at_once)
    rows = [f'"{cell}"{separator}{k}' for k, cell in enumerate(cells * 5)]
    found = files.read(write(tmp_path, f"a{separator}y\n" + "\n".join(rows)))
    assert [row[0] for row in values_of(found)] == LARGE_NUMBERS * 5
    assert [note for note in found.notes if "column a" in note] == [
        f"column a: {shown} is read as 1000"
    ]


UNCLEAR = {
    "both ways": ["1,000", "2,000"],
    "mixed": ["1.000,5", "1,000.5"],
    "a text later": ["1.000,5", *["2.000,5"] * 40, "many"],
    "no groups of three": ["1.00,5", "10.0000,5"],
    "a date": ["01.01.2024", "02.01.2024"],
}


@pytest.mark.parametrize("at_once", [1, 2**18])
@pytest.mark.parametrize("name", UNCLEAR)
def test_marks_that_are_not_clear_in_the_whole_column_make_texts(
    name, at_once, tmp_path, monkeypatch
):
    monkeypatch.setattr(csv_file, "AT_ONCE", at_once)
    cells = UNCLEAR[name]
    rows = [f'"{cell}",{k}' for k, cell in enumerate(cells)]
    found = files.read(write(tmp_path, "a,y\n" + "\n".join(rows)))
    assert [row[0] for row in values_of(found)] == cells
    assert not any("column a" in note for note in found.notes)


def test_one_column_of_german_numbers_after_many_plain_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "AT_ONCE", 1)
    rows = [f"{k};{k}" for k in range(60)] + ["1.000,5;7", "k.A.;8"]
    found = files.read(write(tmp_path, "a;y\n" + "\n".join(rows)), holes=("k.A.",))
    assert [row[0] for row in values_of(found)][-3:] == [59, 1000.5, None]
