"""Reading PDFs in tests: what an accessible, archivable file must hold."""

import io
import re
from collections import Counter

import pikepdf


class Pdf:
    """One file: its roles, its words."""

    def __init__(self, content: bytes) -> None:
        self.file = pikepdf.open(io.BytesIO(content))
        self.roles: list[str] = []
        self.alts: list[str] = []
        self._walk(self.file.Root.StructTreeRoot.K)

    def _walk(self, element) -> None:
        if isinstance(element, pikepdf.Array):
            for each in element:
                self._walk(each)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            self.roles.append(str(element.S)[1:])
            if "/Alt" in element:
                self.alts.append(str(element.Alt))
            if "/K" in element:
                self._walk(element.K)

    @property
    def text(self) -> str:
        """All its letters in drawing order, without blanks: for "is it in there"."""
        return "".join("".join(_letters(page)) for page in self.file.pages)

    def says(self, words: str) -> bool:
        """Whether these words stand in it."""
        return re.sub(r"\s", "", words) in self.text

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.roles)

    @property
    def pages(self) -> int:
        return len(self.file.pages)

    def assert_accessible(self, *, title: str, language: str) -> None:
        """PDF/UA-1 and PDF/A-2a, as far as facts of the file tell (there is no free validator)."""
        root = self.file.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == language
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with self.file.open_metadata() as meta:
            assert meta["dc:title"] == title
            assert meta["pdfuaid:part"] == "1"
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
        assert self.roles[:2] == ["Document", "Title"]
        assert all("/StructParents" in page for page in self.file.pages)
        fonts = [font for page in self.file.pages for font in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            for inner in font.DescendantFonts:
                assert any(key in inner.FontDescriptor for key in ("/FontFile2", "/FontFile3"))
            assert "/ToUnicode" in font


def _letters(page):
    maps = {
        name: _unicode(font.ToUnicode.read_bytes().decode()) for name, font in page.Resources.Font.items()
    }
    known = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                known = maps[str(operands[0])]
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part).hex()
                        yield "".join(known.get(codes[i : i + 4], "") for i in range(0, len(codes), 4))


def _unicode(cmap: str) -> dict[str, str]:
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[code.lower()] = re.sub(r"\s", "", bytes.fromhex(text).decode("utf-16-be"))
    return found
