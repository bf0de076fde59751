"""Gathering texts from the sources, merging them into catalogues, compiling, and the gate that all is translated."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import extract_from_dir

from cwb import paths

LANGUAGES = ("en",)
"""Languages with a catalogue; Dutch is the source."""

KEYWORDS = {"_": None, "_l": None, "_n": (1, 2), "N_": None, "gettext": None, "ngettext": (1, 2)}
_FOLDERS = ("cwb", "ledger", "coops", "procurement", "templates")
_NAMED = re.compile(r"%\((\w+)\)[sd]")


def gathered(root: Path) -> Catalog:
    """Every text of the sources under `root`, with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    for folder in _FOLDERS:
        found = extract_from_dir(
            str(root / folder),
            [
                ("styleguide.html", "ignore"),
                ("web/styleguide.py", "ignore"),
                ("**.html", "jinja2"),
                ("**.py", "python"),
            ],
            options_map={"**.html": {"trimmed": "true", "silent": "false"}},
            keywords=KEYWORDS,
        )
        for file, _line, message, comments, context in found:
            catalogue.add(message, None, [(f"{folder}/{file}", 1)], auto_comments=comments, context=context)
    return catalogue


def update(root: Path) -> None:
    """Merge the sources' texts into each catalogue; what left the sources leaves the catalogue."""
    template = gathered(root)
    for language in LANGUAGES:
        path = _catalogue(language)
        known = _read(path, language) if path.exists() else Catalog(locale=language, charset="utf-8")
        known.update(template, no_fuzzy_matching=True, update_header_comment=False)
        known.obsolete.clear()
        for message in known:
            message.locations = sorted({(name, 1) for name, _ in message.locations})
        known.header_comment = "# Translations of cwb."
        known.fuzzy = False
        known.creation_date = known.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            pofile.write_po(file, known, width=120, sort_output=True, include_lineno=False, omit_header=False)


def compile_stale() -> None:
    """Compile each catalogue whose compiled form is absent or older."""
    for language in LANGUAGES:
        path = _catalogue(language)
        compiled = path.with_suffix(".mo")
        if path.exists() and (not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime):
            with compiled.open("wb") as file:
                mofile.write_mo(file, _read(path, language))


def faults(root: Path) -> Iterator[str]:
    """What keeps the catalogues from being whole: a missing, fuzzy or stale text, or another placeholder."""
    template = {message.id: message for message in gathered(root) if message.id}
    for language in LANGUAGES:
        path = _catalogue(language)
        if not path.exists():
            yield f"{language}: no catalogue"
            continue
        known = {message.id: message for message in _read(path, language) if message.id}
        for text in sorted(template.keys() - known.keys(), key=str):
            yield f"{language}: not in the catalogue: {text}"
        for text in sorted(known.keys() - template.keys(), key=str):
            yield f"{language}: no longer in the sources: {text}"
        for text, message in known.items():
            given = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            strings = [each for each in given if each]
            if len(strings) < len(given):
                yield f"{language}: not translated: {text}"
            elif message.fuzzy:
                yield f"{language}: unsure: {text}"
            elif fault := _placeholders(text, strings):
                yield f"{language}: {fault}: {text}"


def _placeholders(
    text: str | tuple[str, ...] | list[str], strings: list[str] | tuple[str, ...]
) -> str | None:
    sources = text if isinstance(text, (list, tuple)) else [text]
    expected = {name for source in sources for name in _NAMED.findall(source)}
    for string in strings:
        named = set(_NAMED.findall(string))
        if not named <= expected or (len(sources) == 1 and named != expected):
            return "other placeholders"
    return None


def _catalogue(language: str) -> Path:
    return paths.translations() / language / "LC_MESSAGES" / "messages.po"


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)
