"""A file of rows as text: opened whatever it is packed and encoded in, and never held whole."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from chainrule.core.errors import TaskError, UsageError

IN_MEMORY = 2**26  # bytes of standard input; more of it goes to a temporary file
SEEN = 2**16  # bytes at the beginning that tell what a file is
Report = Callable[[int, int], None]  # bytes read so far, and in all

PACKED: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),  # type: ignore[dict-item,return-value]
    b"BZh": bz2.BZ2File,  # type: ignore[dict-item]
    b"\xfd7zXZ\x00": lzma.LZMAFile,  # type: ignore[dict-item]
}
KNOWN = {
    b"PK\x03\x04": "a zip archive or a spreadsheet", b"%PDF": "a PDF", b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture", b"SQLite format 3": "a run file, or another database",
    b"\x7fELF": "a program",
    b"PAR1": "Parquet under another name", b"\x93NUMPY": "a NumPy array under another name",
}  # fmt: skip
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, UnicodeDecodeError, OSError)


class Source:
    """The bytes of a file or of standard input, to be read as often as it takes."""

    def __init__(self, path: str | Path, report: Report | None = None) -> None:
        self.path, self.report = str(path), report
        self.called = "read standard input" if self.path == "-" else f"read {self.path!r}"
        self._file = self._opened()
        self.size = self._file.seek(0, io.SEEK_END)
        self.packed = next((p for p in PACKED if self._start(len(p)) == p), None)
        self.encoding = ""

    @property
    def name(self) -> str:
        return "stdin" if self.path == "-" else Path(self.path).name

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """The text from its beginning. What is wrong with the bytes is said in four parts."""
        self.encoding = self.encoding or self._encoding_found()
        errors = "replace" if self.encoding == "cp1252" else "strict"
        with self.content() as content:
            text = io.TextIOWrapper(content, encoding=self.encoding, errors=errors, newline="")
            try:
                yield text
            finally:
                text.detach()

    @contextmanager
    def content(self) -> Iterator[BinaryIO]:
        """The bytes from their beginning, unpacked."""
        self._file.seek(0)
        try:
            yield PACKED[self.packed](self._file) if self.packed else self._file
        except BROKEN as error:
            raise UsageError(
                self.called, "a file that can be read to its end",
                f"{type(error).__name__}: {error}",
                "Is the copy whole? Pack or save it again, text as UTF-8.",
            ) from error  # fmt: skip

    def progress(self) -> None:
        """Tell how far the reading is."""
        if self.report:
            self.report(self._file.tell(), self.size)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> BinaryIO:
        try:
            if self.path != "-":
                return _seekable(open(self.path, "rb"))
            stdin = getattr(sys.stdin, "buffer", None)
            return _seekable(stdin if stdin is not None else io.BytesIO(sys.stdin.read().encode()))
        except OSError as error:
            got = "a folder" if os.path.isdir(self.path) else "nothing there"
            if os.path.isdir(self.path) or not os.path.exists(self.path):
                raise UsageError(
                    self.called, "a file of rows", got, "Is the path right?"
                ) from error
            raise TaskError(
                self.called, "a file that may be read", str(error), "Check its permissions."
            ) from error

    def _start(self, size: int) -> bytes:
        self._file.seek(0)
        return self._file.read(size)

    def _encoding_found(self) -> str:
        """By its mark; else UTF-16 by its zeros, UTF-8 where all of it is that, or cp1252."""
        with self.content() as content:
            start = content.read(SEEN)
        if not start.strip():
            raise UsageError(
                self.called, "rows", "an empty file", "A line of names, and a line for each row."
            )
        for mark, encoding in MARKS:
            if start.startswith(mark):
                return encoding
        if b"\0" in start:
            return self._two_bytes(start)
        self._no_other_kind(start)
        return "utf-8" if self._is_utf8() else "cp1252"

    def _two_bytes(self, start: bytes) -> str:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if max(even, odd) > 0.4 * len(start) and min(even, odd) < 0.02 * len(start):
            return "utf-16-le" if odd > even else "utf-16-be"
        self._no_other_kind(start)
        raise self._not_text("bytes that are no text")

    def _no_other_kind(self, start: bytes) -> None:
        for magic, kind in KNOWN.items():
            if start.startswith(magic):
                raise self._not_text(kind)
        odd = sum(start.count(bytes([k])) for k in range(32) if k not in b"\t\n\v\f\r\x1b")
        if odd > 0.05 * len(start):
            raise self._not_text("bytes that are no text")

    def _not_text(self, got: str) -> UsageError:
        return UsageError(
            self.called, "a table as text (CSV, TSV), .npz or .parquet", got, "Save it as CSV."
        )

    def _is_utf8(self) -> bool:
        decoder = codecs.getincrementaldecoder("utf-8")()
        with self.content() as content:
            try:
                while block := content.read(2**20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return False
        return True


def _seekable(file: BinaryIO) -> BinaryIO:
    """The file itself, or a copy of what can be read only once: in memory, or on disk if large."""
    try:
        if file.seekable() and file.tell() == 0:
            return file
    except OSError:
        pass
    copy = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it outlives this
    while block := file.read(2**20):
        copy.write(block)
    return copy  # type: ignore[return-value]
