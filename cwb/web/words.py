"""Translated texts, looked up in one dictionary per language.

A page holds some two hundred texts. The library asks request, domain and application anew for each of them, through
three calls and a new template context; that was a third of the time of a page. So texts are looked up here. Those that
stand in a template as they are, are written into it when it is compiled (`cwb.web.templates`).
"""

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request, session
from flask_babel.speaklater import LazyString
from jinja2 import Environment
from markupsafe import Markup, escape

from cwb import paths
from cwb.kernel.text import filled

LANGUAGES = {"nl": "Nederlands", "en": "English"}
"""Languages that are complete; others follow when their catalogue is."""

SOURCE = "nl"
"""The language the texts are written in."""


def chosen_language() -> str:
    """`?lang=`, else what was chosen before, else what the browser asks for, else Dutch."""
    known: str | None = g.get("language")
    if known is not None:
        return known
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        session["lang"] = asked
    kept = session.get("lang")
    best = request.accept_languages.best_match(LANGUAGES, SOURCE)
    g.language = kept if kept in LANGUAGES else best or SOURCE
    language: str = g.language
    return language


def language() -> str:
    """The language of this page, as a code; outside a request the source."""
    try:  # asked a hundred times for a page: not through the proxy, which asks anew for each attribute
        known: str | None = g._get_current_object().__dict__.get("language")  # noqa: SLF001 (the proxy's own)
    except RuntimeError:
        return SOURCE
    if known is None:
        return chosen_language() if has_request_context() else SOURCE
    return known


@lru_cache(maxsize=16)
def catalogue(code: str) -> NullTranslations:
    """The texts of a language; the source has none."""
    return Translations.load(str(paths.translations()), [code])


def gettext(message: str, **variables: Any) -> str:
    """A text in the reader's language, with its named facts."""
    text = catalogue(language()).gettext(message)
    return filled(text, variables) if variables else text


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """A text by number in the reader's language; the number is the fact `num`."""
    text = catalogue(language()).ngettext(singular, plural, num)
    return filled(text, {"num": num, **variables})


class LazyText(LazyString):
    """A text that knows how to be written in a page; else it is looked up again for each question asked about it."""

    def __html__(self) -> str:
        return str(escape(str(self)))


def lazy_gettext(message: str, **variables: Any) -> LazyText:
    """A text that is translated when it is written, for labels made once."""
    return LazyText(gettext, message, **variables)


@lru_cache(maxsize=16_384)
def plain(code: str, message: str) -> Markup:
    """A text without facts in a language, as a page writes it."""
    return Markup(catalogue(code).gettext(message)) % {}


@lru_cache(maxsize=16_384)
def with_facts(code: str, message: str) -> Markup:
    """A text in a language whose facts are still to be filled in with `%`, which escapes them."""
    return Markup(catalogue(code).gettext(message))


def _in_template(message: str, /, **variables: Any) -> Markup:
    if variables:
        return filled(with_facts(language(), message), variables)
    return plain(language(), message)


def _number_in_template(singular: str, plural: str, num: int, /, **variables: Any) -> Markup:
    text = catalogue(language()).ngettext(singular, plural, num)
    return filled(Markup(text), {"num": num, **variables})


def install(environment: Environment) -> None:
    """Let templates look texts up here: `_`, `gettext` and `ngettext`. Facts are escaped, texts are not."""
    environment.globals.update(_=_in_template, gettext=_in_template, ngettext=_number_in_template)
