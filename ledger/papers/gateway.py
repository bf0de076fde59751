"""Reads XML as a stream, element by element: no DOCTYPE, no entities, no other files."""

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from ledger.papers.errors import XmlBroken, XmlDangerous, XmlUnknown
from ledger.papers.rules import COLUMNS, ROOTS, Node, Paper
from ledger.tables.gateway import Opener
from ledger.tables.rules import Sheet

_PIECE = 1 << 16
_DEEPEST = 60


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
        if is_part:
            return
        reader = _Reader(opener)
        for _ in reader.rows():
            pass
        self.paper = reader.paper
        self.notes = reader.paper.finish(reader.declared) if reader.paper else ()

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The names of the columns, then the purchases, each with its line in the file."""
        yield 0, list(COLUMNS)
        for line, cells in _Reader(self._opener).rows(is_part=self.is_part):
            yield line, [" ".join(cells.get(name, "").split()) for name in COLUMNS]


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
