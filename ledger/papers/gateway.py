"""Reads XML as a stream, element by element: no DOCTYPE, no entities, no other files. Invoices also from a zip."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import starmap
from typing import Any, BinaryIO, cast
from xml.parsers import expat

from cwb.files.gateway import check_package
from cwb.files.rules import MOST_FILE
from cwb.kernel.errors import RuleBroken
from ledger.papers.errors import (
    DeclaredTotalDiffers,
    PaperBroken,
    PaperDangerous,
    PaperLeftOut,
    PaperTotalDiffers,
    TooManyPapers,
    XmlBroken,
    XmlDangerous,
    XmlUnknown,
)
from ledger.papers.rules import COLUMNS, ROOTS, Bill, Node, Paper
from ledger.tables.gateway import Opener
from ledger.tables.rules import MOST_PAPERS, MOST_SHEETS, Sheet, paper_row

_PIECE = 1 << 16
_DEEPEST = 60
_IGNORED = re.compile(r"/$|^__MACOSX/|(^|/)\.DS_Store$")
"""Folders in a zip, and what a Mac adds to it."""


class PaperTable:
    """The purchases in an XAF, an UBL document or a camt.053, as a table. It is read once before it is trusted.

    A part is only looked at: what comes after it may break it yet.
    """

    encoding, delimiter, ends_open = "utf-8", "", False

    def __init__(self, opener: Opener, *, is_part: bool = False) -> None:
        self._opener, self.is_part = opener, is_part
        with opener() as file:
            self.encoding = "utf-16" if file.read(2) in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
        self.paper: Paper | None = None
        self.notes: tuple[str, ...] = ()
        self.sheets: tuple[Sheet, ...] = ()
        self.buyers = frozenset[str]()
        if is_part:
            return
        reader = _Reader(opener)
        for _ in reader.rows():
            pass
        self.paper = reader.paper
        if reader.paper:
            self.notes, self.buyers = reader.paper.finish(reader.declared), frozenset(reader.paper.buyers)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The names of the columns, then the purchases, each with its line in the file."""
        yield 0, list(COLUMNS)
        for line, cells in _Reader(self._opener).rows(is_part=self.is_part):
            yield line, [" ".join(cells.get(name, "").split()) for name in COLUMNS]


_WRAPPINGS = frozenset({"[Content_Types].xml", "mimetype"})
"""Parts of a spreadsheet: a package with one of these is no parcel of files."""


def is_parcel(opener: Opener) -> bool:
    """Whether this is a zip of files."""
    with opener() as file:
        if file.read(4) != b"PK\x03\x04":
            return False
        try:
            with zipfile.ZipFile(file) as package:
                return not _WRAPPINGS & set(package.namelist())
        except (zipfile.BadZipFile, OSError, ValueError):
            return False


class PapersTable:
    """The invoices (UBL) in a zip, as one table. What is no whole invoice is left out and stands in `sheets`."""

    encoding, delimiter, ends_open, is_part = "utf-8", "", False, False
    notes: tuple[str, ...] = ()

    def __init__(self, opener: Opener) -> None:
        with opener() as file:
            content = file.read(MOST_FILE + 1)
        check_package(content)
        self._package = zipfile.ZipFile(io.BytesIO(content))
        names = [each for each in self._package.namelist() if not _IGNORED.search(each)]
        if len(names) > MOST_PAPERS:
            raise TooManyPapers(most=MOST_PAPERS)
        self._good: list[tuple[int, Opener]] = []
        self.buyers = frozenset[str]()
        self.sheets = tuple(starmap(self._look, enumerate(names, 1)))

    def _look(self, place: int, name: str) -> Sheet:
        """Read one file, and say why it does not count."""
        fault: PaperLeftOut | None = None

        def opener() -> BinaryIO:
            return cast("BinaryIO", self._package.open(name))

        try:
            table = PaperTable(opener)
            if isinstance(table.paper, Bill):
                self.buyers |= table.buyers
            else:
                fault = PaperLeftOut(file=name)
        except XmlBroken as broken:
            fault = PaperBroken(file=name, row=broken.facts["row"])
        except XmlDangerous:
            fault = PaperDangerous(file=name)
        except DeclaredTotalDiffers as differs:
            said = differs.facts
            fault = PaperTotalDiffers(file=name, declared=said["declared"], found=said["found"])
        except RuleBroken:
            fault = PaperLeftOut(file=name)
        if fault is None:
            self._good.append((place, opener))
        return Sheet(MOST_SHEETS + place, name, fault)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The names of the columns, then the invoices, each with its file and its line in it."""
        yield 0, list(COLUMNS)
        for place, opener in self._good:
            for line, cells in _Reader(opener).rows():
                yield paper_row(place, line), [" ".join(cells.get(name, "").split()) for name in COLUMNS]


class _Reader:
    """One pass through a file."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.paper: Paper | None = None
        self.declared: dict[str, str] = {}
        self._open: list[Node] = []
        self._path: list[str] = []
        self._done: list[Node] = []
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def rows(self, *, is_part: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
        """The purchases.

        Raises:
            XmlBroken, XmlDangerous, XmlUnknown: it is no such file.
        """
        with self._opener() as file:
            going = True
            while going:
                piece = file.read(_PIECE)
                going = bool(piece)
                try:
                    self._parser.Parse(piece, not (going or is_part))
                except expat.ExpatError:
                    raise XmlBroken(row=self._parser.CurrentLineNumber) from None
                done, self._done = self._done, []
                for node in done:
                    if self.paper:
                        yield from self.paper.see(node)

    def _refuse(self, *_facts: Any) -> None:
        raise XmlDangerous

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self._path:
            if name not in ROOTS:
                raise XmlUnknown
            self.paper = ROOTS[name]()
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise XmlDangerous
        wanted = self.paper is not None and name in self.paper.records | self.paper.totals
        if self._open or wanted:
            node = Node(name, self._parser.CurrentLineNumber, attributes)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._path.pop()
        if not self._open:
            return
        node = self._open.pop()
        node.text = node.text.strip()
        if self._open or self.paper is None:
            return
        if node.name in self.paper.totals:
            if self._path[-1:] == ["transactions"]:
                self.declared[node.name] = node.text
        else:
            self._done.append(node)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
