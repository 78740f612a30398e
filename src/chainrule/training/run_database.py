"""The run file as a database: its schema, how it is opened, and what can be wrong with it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from chainrule.core.errors import TaskError, UsageError

APPLICATION, VERSION = 1128812114, 1
SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE history(step INTEGER PRIMARY KEY, epoch INTEGER, learning_rate REAL, batch_loss REAL,
                     train REAL, validation REAL, test REAL, metrics TEXT, seconds REAL);
CREATE TABLE snapshot(step INTEGER PRIMARY KEY, arrays BLOB NOT NULL, control TEXT NOT NULL,
                      sha256 BLOB NOT NULL);
CREATE TABLE data(part TEXT PRIMARY KEY, arrays BLOB, path TEXT, bytes INTEGER, sha256 BLOB);
CREATE TABLE note(id INTEGER PRIMARY KEY, step INTEGER, kind TEXT, text TEXT);
CREATE TABLE trial(id INTEGER PRIMARY KEY, settings TEXT, result TEXT, snapshot INTEGER);
"""
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
NO_ROOM = {
    *BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
}  # fmt: skip


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a run file of a version that can be read.

    Nobody but SQLite opens the file: closing any other handle of it would take away the locks of
    every connection that this process has to it, and readers would see an old state for ever.
    """
    called = f"open {os.fspath(path)!r}"
    if not path.is_file():
        got = "a folder" if path.is_dir() else "nothing there"
        raise UsageError(called, "a run file", got, "`ls runs` shows the runs made here.")
    db = None
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        db.execute("PRAGMA synchronous = NORMAL")
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except (sqlite3.Error, ValueError) as error:
        if db is not None:
            db.close()
        if isinstance(error, sqlite3.Error) and reason_of(error) == sqlite3.SQLITE_NOTADB:
            raise UsageError(
                called, "a run file", "a file of another kind",
                "A model file? `chainrule info` and chainrule.load read those.",
            ) from error  # fmt: skip
        raise damaged(path, error) from error
    if application != APPLICATION:
        db.close()
        raise UsageError(
            called, "a run file of chainrule", "a database of another program",
            "Is the path right?",
        )  # fmt: skip
    if version > VERSION:
        db.close()
        raise UsageError(
            called, f"a run file of version {VERSION} or older", f"version {version}",
            "A newer chainrule wrote it: pip install --upgrade chainrule. The file is untouched.",
        )  # fmt: skip
    return db


def new_database(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        unsafely(db)
        db.executescript(f"BEGIN; {SCHEMA} COMMIT;")
    finally:
        db.close()


def unsafely(db: sqlite3.Connection) -> None:
    """For a file that has no name yet: it is made sure of once, when it gets one."""
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA journal_mode = MEMORY")


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a new file, safe on the disk, its name, unless somebody has just taken it."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    if not path.exists():
        remove(with_companions(path)[1:])  # of a run that was removed: harmful to the new one
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise not_free(path) from None
    except OSError:  # a file system without links
        if path.exists():
            raise not_free(path) from None
        os.rename(unfinished, path)


def with_companions(path: Path) -> list[Path]:
    """A database and the files that SQLite keeps beside it."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def remove(names: list[Path]) -> None:
    for name in names:
        with suppress(OSError):
            name.unlink()


def place_of(path: Path) -> Path:
    return Path(os.path.realpath(path))


def reason_of(error: sqlite3.Error) -> int:
    """SQLite's own number for what went wrong; 0 where Python found it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def damaged(path: Path, error: Exception) -> UsageError:
    return UsageError(
        f"open {path.name!r}", "a whole run file", f"one that can't be read ({error})",
        "Take a whole copy of the file: with the -wal file beside it, if there is one.",
    )  # fmt: skip


def no_space(path: Path, error: Exception, what_is_kept: str) -> TaskError:
    return TaskError(
        f"write {os.fspath(path)!r}", "space and permission to write", str(error),
        f"{what_is_kept} Free some space, then `chainrule resume` it.".strip(),
    )  # fmt: skip


def not_free(path: Path) -> UsageError:
    return UsageError(
        f"new run {os.fspath(path)!r}", "a path that is free", "a file of that name",
        "Choose another, or replace it: --force, or force=True.",
    )  # fmt: skip
