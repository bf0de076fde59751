"""A waiting file on disk, for as long as it is read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cwb.files.errors import FileTooLarge
from cwb.files.rules import MEGA, MOST_FILE

PIECE = 1 << 20
"""Bytes of a piece of a waiting file."""

PACKED = b"PK"
"""What a packed file (a spreadsheet) begins with."""


def pieces_of(content: IO[bytes]) -> Iterator[bytes]:
    """A file from its start, piece by piece."""
    content.seek(0)
    while piece := content.read(PIECE):
        yield piece


def beginning(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The first `most` bytes of a file; all of a packed one, which nobody reads in part."""
    left, is_packed = most, False
    for number, piece in enumerate(pieces):
        is_packed = is_packed or (number == 0 and piece.startswith(PACKED))
        yield piece if is_packed else piece[:left]
        left -= len(piece)
        if left <= 0 and not is_packed:
            return


def packed(files: Sequence[tuple[str, IO[bytes]]]) -> BinaryIO:
    """Several files as one zip, the same for the same files in the same order.

    Raises:
        FileTooLarge: together they are larger than a package may be.
    """
    out, taken = BytesIO(), set[str]()
    with ZipFile(out, "w") as package:
        for place, (name, content) in enumerate(files, 1):
            told = f"{place}-{name}" if name in taken else name
            taken.add(told)
            (info := ZipInfo(told)).compress_type = ZIP_DEFLATED
            with package.open(info, "w") as part:
                for piece in pieces_of(content):
                    part.write(piece)
                    if out.tell() > MOST_FILE:
                        raise FileTooLarge(field="file", most=MOST_FILE // MEGA)
    return out


@contextmanager
def on_disk(pieces: Iterable[bytes]) -> Iterator[tuple[Path, int]]:
    """The pieces as a file that is gone afterwards, and how many line ends it has (0 in a packed file)."""
    with TemporaryDirectory(prefix="cwb-upload-") as folder:
        path, ends, is_packed = Path(folder) / "file", 0, False
        with path.open("wb") as out:
            for number, piece in enumerate(pieces):
                is_packed = is_packed or (number == 0 and piece.startswith(PACKED))
                ends += piece.count(b"\n")
                out.write(piece)
        yield path, 0 if is_packed else ends
