"""The words of the flags, and the form of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l, number, percent, translated
from procurement.flags.rules import MOST_ANSWER, Code, Finding, Outcome


@dataclass(frozen=True, slots=True)
class Words:
    """What a flag is called, the question it asks, and why one asks it (texts)."""

    name: Any
    question: Any
    why: Any


WORDS: dict[Code, Words] = {
    Code.SHORT_PERIOD: Words(
        _l("Korte tijd om in te schrijven"),
        _l("Hadden alle bedrijven genoeg tijd?"),
        _l("Wie al wist wat eraan kwam, heeft bij een korte tijd voordeel."),
    ),
    Code.SINGLE_BID: Words(
        _l("Eén inschrijver"),
        _l("Waarom schreef maar één bedrijf in?"),
        _l("Zonder tweede inschrijving valt er niets te vergelijken."),
    ),
    Code.CLOSE_PRICES: Words(
        _l("Tweede prijs heel dicht bij de winnaar"),
        _l("Kenden inschrijvers elkaars prijs?"),
        _l("Prijzen die bijna gelijk zijn, kunnen op afspraken wijzen."),
    ),
    Code.SAME_PRICES: Words(
        _l("Gelijke prijzen"),
        _l("Hoe kwamen verschillende inschrijvers op dezelfde prijs?"),
        _l("Toeval kan. Een uitgelekte prijs of een afspraak ook."),
    ),
    Code.OTHERS_OUT: Words(
        _l("Alleen de winnaar bleef over"),
        _l("Waarom deed verder niemand geldig mee?"),
        _l("Wie anderen laat afvallen, kan zelf kiezen wie wint."),
    ),
    Code.LOWEST_OUT: Words(
        _l("De laagste prijs viel af"),
        _l("Waarom telde de laagste prijs niet mee?"),
        _l("Bij gunnen op prijs hoort de laagste te winnen."),
    ),
    Code.MANY_OUT: Words(
        _l("Opvallend veel afgevallen"),
        _l("Waarom vallen hier zo veel inschrijvingen af?"),
        _l("Veel afvallers kan wijzen op onduidelijke eisen, of op sturen."),
    ),
    Code.DEEP_DISCOUNT: Words(
        _l("Winnaar ver onder de tweede"),
        _l("Kan de winnaar het werk voor deze prijs goed doen?"),
        _l("Een heel lage prijs kan later duur blijken."),
    ),
}
"""Flag → its words."""

OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.RAISED: (_l("vraag"), "warn"),
    Outcome.QUIET: (_l("niets opvallends"), "good"),
    Outcome.UNKNOWN: (_l("nog niet te zeggen"), "neutral"),
    Outcome.NOT_ASKED: (_l("past hier niet"), "neutral"),
}
"""Outcome → its text and tone."""


_NOT_ASKED: dict[Code, str] = {
    Code.SHORT_PERIOD: N_("Deze vraag is alleen voor openbare procedures."),
    Code.SINGLE_BID: N_("Deze vraag is alleen voor procedures waarin bedrijven strijden."),
    Code.CLOSE_PRICES: N_("De winnaar is niet de laagste, of er was geen tweede."),
    Code.DEEP_DISCOUNT: N_("De winnaar is niet de laagste, of er was geen tweede."),
    Code.LOWEST_OUT: N_("Kwaliteit telt hier mee, niet alleen de prijs."),
}
_GAP = N_("De tweede prijs ligt %(gap)s boven de winnaar (Q1 %(first)s, Q3 %(third)s).")
_SENTENCES: dict[Code, str] = {
    Code.SHORT_PERIOD: N_("%(days)s dagen om in te schrijven. De grens is %(limit)s."),
    Code.SINGLE_BID: N_("Aantal inschrijvers: %(bids)s."),
    Code.CLOSE_PRICES: N_(
        "De ondergrens is Q1 − 1,5 × (Q3 − Q1) = %(lower)s, over %(count)s aanbestedingen."
    ),
    Code.SAME_PRICES: N_("%(bids)s inschrijvingen, alle prijzen verschillen."),
    Code.OTHERS_OUT: N_("Geldige inschrijvers: %(valid)s. Andere inschrijvers die afvielen: %(out)s."),
    Code.LOWEST_OUT: N_("De laagste prijs is %(price)s."),
    Code.MANY_OUT: N_("Geen koper of inschrijver hier valt buiten de grenzen."),
    Code.DEEP_DISCOUNT: N_(
        "De bovengrens is Q3 + 1,5 × (Q3 − Q1) = %(upper)s, over %(count)s aanbestedingen."
    ),
}
_RAISED: dict[Code, str] = {
    Code.SAME_PRICES: N_("%(who)s vroegen elk %(price)s."),
    Code.LOWEST_OUT: N_("De laagste prijs, %(price)s, was van %(who)s en viel af."),
    Code.MANY_OUT: N_(
        "%(who)s: %(out)s van %(bids)s afgevallen (%(ratio)s). De bovengrens is %(upper)s, over %(count)s."
    ),
}
_HIDDEN: dict[Code, str] = {
    Code.SAME_PRICES: N_(
        "%(bids)s inschrijvingen hebben een gelijke prijs. Wie, ziet u als de scores vaststaan."
    ),
    Code.MANY_OUT: N_(
        "Hier vallen opvallend veel inschrijvingen af. Bij wie, ziet u als de scores vaststaan."
    ),
}
_FEW = N_("Er zijn nog te weinig aanbestedingen om te vergelijken: %(count)s van %(least)s.")
_FEW_GAP = N_("Het verschil is %(gap)s.")
_WAITS = N_("Er is nog geen winnaar.")
_NOBODY = N_("Dit leidde niet tot een gunning. Er is geen winnaar om mee te vergelijken.")


def arithmetic(finding: Finding, *, names: bool = True) -> str:
    """The numbers behind a flag, in sentences. `names`: whether bidders and prices may be shown."""
    facts = {**_told(finding.values), "who": ", ".join(finding.about)}
    return " ".join(translated(each, facts) for each in _sentences(finding, names=names))


def _sentences(finding: Finding, *, names: bool) -> list[str]:
    code, outliers = finding.code, {Code.CLOSE_PRICES, Code.DEEP_DISCOUNT}
    if finding.outcome is Outcome.NOT_ASKED:
        return [_NOBODY if "nobody" in finding.values else _NOT_ASKED[code]]
    if finding.outcome is Outcome.UNKNOWN:
        few = [_FEW, _FEW_GAP] if "gap" in finding.values else [_FEW]
        return few if "least" in finding.values else [_WAITS]
    if finding.is_raised and code in _HIDDEN and not names:
        return [_HIDDEN[code]]
    if finding.is_raised and code in _RAISED:
        return [_RAISED[code]]
    return [_GAP, _SENTENCES[code]] if code in outliers else [_SENTENCES[code]]


_SHARES = frozenset({"gap", "first", "third", "lower", "upper", "ratio"})


def _told(values: Mapping[str, Fraction | int | str]) -> dict[str, object]:
    """Values as people write them: shares as percentages, prices in euro, days as whole ones."""
    return {name: _one(name, value) for name, value in values.items()}


def _one(name: str, value: Fraction | int | str) -> object:
    if name == "price":
        return Money(round(Fraction(value) * 100))
    if name == "days":
        return int(Fraction(value))
    if name in _SHARES:
        return percent(float(value), 2)
    return number(round(float(value), 2)) if isinstance(value, Fraction) else value


def raw(values: Mapping[str, Fraction | int | str]) -> str:
    """The values as a computer reads them, exact, for a file: "days=29/2; limit=15"."""
    return "; ".join(f"{name}={value}" for name, value in values.items())


class AnswerForm(Form):
    """Say how a flag came about."""

    reason = TextAreaField(_l("Hoe komt dit?"), required(MOST_ANSWER), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.answer_flag` takes."""
        return {"reason": self.reason.data}


def name_apart(form: AnswerForm, lot: int, code: Code) -> None:
    """Give the field of this flag's form a name of its own on the page, so that its label and its fault are its own."""
    form.reason.id = form.reason.label.field_id = f"reason-{lot}-{code}"


def answer_form(lot: int, code: Code, answering: tuple[int, Code, AnswerForm] | None) -> AnswerForm:
    """The form of this flag: the one that was handed in, or an empty one."""
    if answering is not None and answering[:2] == (lot, code):
        return answering[2]
    form = AnswerForm(formdata=None)
    name_apart(form, lot, code)
    return form


class FlagFilter(PlainForm):
    """What narrows the overview."""

    code = SelectField(_l("Signaal"), validate_choice=False)
    open = BooleanField(_l("Alleen zonder verklaring"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [
            SelectChoice("", _l("Alle")),
            *(SelectChoice(each.value, words.name) for each, words in WORDS.items()),
        ]

    def chosen(self) -> Code | None:
        """The flag asked for; rubbish narrows nothing."""
        return next((each for each in Code if each.value == self.code.data), None)
