"""Files from anywhere: their names, what is packed in them, how long they are kept."""

import asyncio
import dataclasses
import io
import json
import re
import sys
import zipfile
from urllib.parse import quote, unquote

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.data.trial import READY
from chainrule.view import extent
from chainrule.view.tables import NAME, looked_at, read, safe_name

ROWS = "a,b,kind\n" + "".join(f"{k % 7},{k % 5},{'xy'[k % 2]}\n" for k in range(40))


def drop(live, content, name="rows.csv"):
    headers = {"Content_Type": "application/octet-stream", "X_Name": quote(name)}
    status, answer, _ = live.ask("/table", "POST", content, **headers)
    return status, json.loads(answer)


def configure(live, **settings):
    async def go():
        async with live.page() as page:
            return await page.say("configure", settings=settings)

    return asyncio.run(go())


def refused(live, content, name):
    status, answer = drop(live, content, name)
    assert status == 400, answer
    assert all(answer["error"][part] for part in ("called", "needs", "got", "do"))
    return answer["error"]


def test_all_is_taken_away_under_a_name_in_any_letters(live):
    _, told = drop(live, ROWS.encode(), "продажи 数据.csv")
    assert configure(live, data=f"table:{told['id']}")["is"] == "done"
    for what in ("model", "data", "code/numpy", "why.md"):
        status, _, headers = live.ask(f"/take/{what}")
        assert status == 200, what
        shown = headers["content-disposition"]
        plain, whole = re.fullmatch(
            r"attachment; filename=\"([\w. -]+)\"; filename\*=UTF-8''(\S+)", shown, re.ASCII
        ).groups()
        assert len(plain) == len(unquote(whole))
        assert what not in ("data", "model") or unquote(whole).startswith("продажи-数据")


def test_a_run_file_that_is_dropped_is_told_where_it_is_opened(live):
    error = refused(live, b"SQLite format 3", "circles-1.chainrule")
    assert error["got"] == "a run file"
    assert "Earlier runs" in error["do"]


@pytest.mark.parametrize("name", ["数据" * 48 + ".csv", "é" * 300 + ".CSV.gz", "𝔞" * 90 + ".npz"])
def test_a_long_name_is_cut_and_its_ending_stays(name):
    kept = safe_name(name)
    assert kept.endswith(name[name.index(".") :])
    assert len(kept.encode()) <= NAME + 10
    assert name.startswith(kept.partition(".")[0])


def test_a_table_of_a_long_name_is_learnt(live):
    status, told = drop(live, ROWS.encode(), "数据" * 48 + ".csv")
    assert (status, told["rows"]) == (200, 40)
    configure(live, data=f"table:{told['id']}")

    async def go():
        async with live.page() as page:
            assert (await page.say("step", by=2))["step"] == 2

    asyncio.run(go())
    assert live.ask("/take/run")[0] == 200


def header_of(shape):
    """An array that says it is larger than any memory."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + b"\0" * 80


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def test_what_no_reader_takes_is_refused_in_four_parts(live, monkeypatch):
    huge = header_of((10**12, 2))
    for name, content in {"huge.npy": huge, "huge.npz": zipped("x.npy", huge)}.items():
        assert "Unable to allocate" in refused(live, content, name)["got"]

    def stumbles(_):
        raise LookupError("a reader's own fault")

    monkeypatch.setattr("chainrule.view.tables.read", stumbles)
    assert refused(live, ROWS.encode(), "a.csv")["got"] == "LookupError: a reader's own fault"


def test_a_bomb_under_another_ending_is_not_unpacked(live, monkeypatch):
    import gzip

    monkeypatch.setattr("chainrule.view.extent.UNPACKED", 2**20)
    assert "unpacked" in refused(live, gzip.compress(b"1,2\n" * 2**19), "a.csv")["needs"]
    inside = io.BytesIO()
    np.savez_compressed(inside, x=np.zeros((2**17, 2)), y=np.arange(2**17) % 2)
    for content in (inside.getvalue(), gzip.compress(inside.getvalue())):
        assert "unpacked" in refused(live, content, "a.npz")["needs"]


READERS = ["polars", "pyarrow"]
NO_POLARS = "raise ImportError('no polars here')"


def only(reader, monkeypatch, tmp_path):
    """That reader of column files and no other, here and in processes that are begun."""
    pytest.importorskip(reader, reason=f"{reader} is not installed: it can't be tried")
    if reader == "pyarrow":
        (tmp_path / "polars.py").write_text(NO_POLARS)
        monkeypatch.delitem(sys.modules, "polars", raising=False)
        monkeypatch.syspath_prepend(tmp_path)


def written(reader, path, **columns):
    if reader == "polars":
        import polars

        frame = polars.DataFrame(columns)
        if path.suffix == ".parquet":
            frame.write_parquet(path)
        else:
            frame.write_ipc(path, compression="zstd")
        return path
    import pyarrow.feather
    import pyarrow.parquet

    table = pyarrow.table(columns)
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path, compression="zstd")
    return path


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_the_index_of_a_column_file_is_read_before_its_columns(reader, kind, monkeypatch, tmp_path):
    only(reader, monkeypatch, tmp_path)

    def reads(_):
        raise AssertionError("it was read")

    def got(**columns):
        with pytest.raises(UsageError) as error:
            extent.read_within(written(reader, tmp_path / f"t.{kind}", **columns))
        return str(error.value)

    monkeypatch.setattr(extent.files, "frame", reads)
    assert "got 21,000,000 rows and 1 column." in got(a=np.ones(21_000_000, np.int8))
    assert "one value a cell" in got(a=[[1.0] * 1000] * 20, y=list(range(20)))
    if kind == "parquet" or reader == "pyarrow":  # an Arrow file holds each text each time
        assert "256 MB" in got(a=["x" * 3_000_000] * 100, y=list(range(100)))
    with pytest.raises(AssertionError, match="it was read"):
        extent.read_within(written(reader, tmp_path / f"t.{kind}", a=[1, 2]))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_a_column_file_is_read_by_whichever_reader_there_is(reader, kind, monkeypatch, tmp_path):
    only(reader, monkeypatch, tmp_path)
    path = written(reader, tmp_path / f"t.{kind}", a=[1.5, None] * 9, y=["no", "yes"] * 9)
    table, told = looked_at(path)
    assert [each.name for each in table.columns] == ["a", "y"]
    assert (told.rows, told.columns[0].missing, told.task) == (18, 9, "classes")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UsageError, match="a whole Parquet or Arrow file"):
        looked_at(path)


@pytest.mark.parametrize(
    ("program", "got"),
    [("import os; os.abort()", "ends its reader"), ("import time; time.sleep(9)", "after 0.5 s")],
)
def test_a_file_that_no_reader_survives_leaves_the_studio_alive(live, monkeypatch, program, got):
    program = f"print({READY!r}, flush=True); {program}"
    monkeypatch.setattr("chainrule.data.trial.COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr("chainrule.data.trial.SECONDS", 0.5 if "sleep" in program else 20)
    assert got in refused(live, b"PAR1 and what kills", "a.parquet")["got"]
    assert drop(live, ROWS.encode())[0] == 200


def test_broken_column_files_leave_the_studio_alive(live):
    polars = pytest.importorskip("polars", reason="polars is not installed: no Parquet")
    file = io.BytesIO()
    polars.DataFrame({"a": [1.0, 2.5] * 9, "k": ["x", "yy"] * 9}).write_parquet(file)
    rng = np.random.default_rng(5)
    for _ in range(4):
        broken = bytearray(file.getvalue())
        for place in rng.integers(len(broken), size=8):
            broken[place] = rng.integers(256)
        assert drop(live, bytes(broken), "broken.parquet")[0] in (200, 400)


def test_the_table_in_use_is_never_forgotten(live):
    used = drop(live, ROWS.encode(), "mine.csv")[1]["id"]
    configure(live, data=f"table:{used}")
    others = [drop(live, ROWS.encode(), f"other {k}.csv")[1]["id"] for k in range(12)]
    assert list(live.session.kept.tables) == [used, *others[-7:]]
    assert configure(live, learning_rate=0.05)["is"] == "done"
    gone = configure(live, data=f"table:{others[0]}")
    assert (gone["is"], gone["field"]) == ("failed", "data")
    assert "Drop the file “other 0.csv” here" in gone["do"]


def test_a_table_is_known_by_what_is_in_it(live):
    mine = drop(live, ROWS.encode(), "mine.csv")[1]["id"]
    assert drop(live, ROWS.encode(), "mine.csv")[1]["id"] == mine
    other = drop(live, ROWS.replace("x", "z").encode(), "mine.csv")[1]["id"]
    assert other != mine
    assert len(live.session.kept.tables) == 2


def test_a_file_of_the_command_line_has_the_same_key(live, tmp_path):
    from chainrule.cli.studio import _session

    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    session = _session(str(path))
    try:
        assert session.setup.chosen.data == f"table:{drop(live, ROWS.encode())[1]['id']}"
    finally:
        session.close()
    assert read(path).n == 40
    path = path.rename(tmp_path / f"{'long' * 60}.csv")
    _session(str(path)).close()  # its key fits into the setting


@pytest.mark.parametrize("cell", ["inf", "-inf", "1e999", "-Infinity"])
def test_an_infinity_is_shown_and_refused_as_the_command_line_does(live, cell):
    rows = [f"{cell if k == 3 else k},{k % 5},{k % 2}" for k in range(30)]
    status, told = drop(live, ("a,b,y\n" + "\n".join(rows)).encode(), "endless.csv")
    assert status == 200
    a, b, _ = told["columns"]
    assert (a["says"], a["least"], a["most"]) == ("an infinity in row 4", None, None)
    assert (b["says"], b["least"], b["most"]) == ("", 0, 4)
    answer = configure(live, data=f"table:{told['id']}")
    assert answer["is"] == "failed"
    assert answer["got"] == "an infinity in row 4"
    assert configure(live, data=f"table:{told['id']}", columns=["b"])["is"] == "done"


def test_nan_in_a_file_is_a_missing_value(live):
    rows = [f"{'NaN' if k == 3 else k},{k % 5},{k % 2}" for k in range(30)]
    _, told = drop(live, ("a,b,y\n" + "\n".join(rows)).encode(), "hole.csv")
    assert (told["columns"][0]["missing"], told["columns"][0]["says"]) == (1, "")


def test_whatever_is_not_finite_is_null_in_the_answer(live, monkeypatch):
    def looked(path):
        table, told = looked_at(path)
        first = dataclasses.replace(told.columns[0], least=float("nan"), most=float("inf"))
        return table, dataclasses.replace(told, columns=(first, *told.columns[1:]))

    monkeypatch.setattr("chainrule.studio.app.looked_at", looked)
    status, told = drop(live, ROWS.encode())
    assert (status, told["columns"][0]["least"], told["columns"][0]["most"]) == (200, None, None)


def test_a_different_text_in_every_row_is_not_told_as_missing(live):
    rows = [f"{k},c{k}" for k in range(2**16 + 10)]
    status, told = drop(live, ("a,y\n" + "\n".join(rows)).encode(), "names.csv")
    assert status == 200
    names = told["columns"][1]
    assert (names["missing"], names["distinct"], names["has_more"]) == (0, 2**16, True)
    assert configure(live, data=f"table:{told['id']}")["got"] == "more than 65,536 different texts"


def test_one_row_and_too_many_cells_are_told_apart(live, monkeypatch):
    few = refused(live, b"a,b\n1,2\n", "one.csv")
    assert (few["needs"], few["got"]) == ("2 rows or more to learn from", "1 row")
    assert "Is it the whole file?" in few["do"]
    monkeypatch.setattr("chainrule.view.extent.COLUMNS", 2)
    many = refused(live, ROWS.encode(), "wide.csv")
    assert many["needs"].startswith("at most 2 columns")
    assert (many["got"], "Take fewer" in many["do"]) == ("40 rows and 3 columns", True)
