"""Which grounds and criteria a tender asks, and how long answers and papers count: pure decisions on values."""

import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from cwb.kernel.canonical import canonical_json
from cwb.kernel.text import N_
from procurement.procedures.rules import EUROPEAN
from procurement.statements.errors import (
    AnswerMissing,
    CriterionIncomplete,
    ExplanationMissing,
    GroundObliged,
    GroundUnknown,
    PaperDateInvalid,
)

MOST_TEXT = 2000
"""Longest explanation, in characters."""

MOST_CRITERIA = 5
"""As many selection criteria as one tender asks: each costs a small bidder work."""

GROUPS: Mapping[str, str] = {
    "crime": N_("Veroordelingen"),
    "tax": N_("Belastingen en premies"),
    "law": N_("Milieu, zekerheid en werk"),
    "money": N_("Faillissement en schulden"),
    "conduct": N_("Gedrag in het werk"),
}
"""Groups of grounds, in the order of their pages."""

GROUND_TEXTS: Mapping[str, str] = {
    "exg-crim-part": N_("Is uw organisatie veroordeeld omdat zij bij een misdaadgroep hoorde?"),
    "exg-crim-corrpt": N_("Is uw organisatie veroordeeld voor omkoping?"),
    "exg-crim-fraud": N_("Is uw organisatie veroordeeld voor fraude?"),
    "exg-crim-terror": N_("Is uw organisatie veroordeeld voor terrorisme?"),
    "exg-crim-laund": N_("Is uw organisatie veroordeeld voor witwassen of geld voor terrorisme?"),
    "exg-crim-traffick": N_("Is uw organisatie veroordeeld voor kinderarbeid of mensenhandel?"),
    "exg-pmt-bre-tax": N_("Heeft uw organisatie belasting niet betaald die zij moest betalen?"),
    "exg-pmt-bre-ssc": N_("Heeft uw organisatie sociale premies niet betaald?"),
    "exg-mis-bre-env-law": N_("Hield uw organisatie zich niet aan de milieuregels?"),
    "exg-mis-bre-soc-law": N_("Hield uw organisatie zich niet aan de regels voor sociale zekerheid?"),
    "exg-mis-bre-lab-law": N_("Hield uw organisatie zich niet aan de regels voor werk en loon?"),
    "exg-sitn-bankr": N_("Is uw organisatie failliet?"),
    "exg-sitn-insolvency": N_("Kan uw organisatie haar schulden niet meer betalen?"),
    "exg-sitn-cred-arran": N_("Heeft uw organisatie een regeling met schuldeisers?"),
    "exg-sitn-liq-admin": N_("Beheert een curator of rechter het bezit van uw organisatie?"),
    "exg-sitn-as-susp": N_("Heeft uw organisatie haar werk stilgelegd?"),
    "exg-mis-misconduct": N_("Maakte uw organisatie een ernstige fout in haar vak?"),
    "exg-mis-distortion": N_("Maakte uw organisatie verboden afspraken met andere bedrijven?"),
    "exg-mis-partic-confl": N_("Heeft iemand bij u een belang bij de inkoper dat kan botsen?"),
    "exg-mis-prep-confl": N_("Hielp uw organisatie deze inkoper om de aanbesteding voor te bereiden?"),
    "exg-mis-sanction": N_("Is een eerdere overheidsopdracht van u vroegtijdig beëindigd om fouten?"),
    "exg-mis-misrepresent": N_("Gaf uw organisatie eerder onjuiste informatie bij een aanbesteding?"),
}
"""The question of each ground; yes means that the ground applies."""

OBLIGED = tuple(GROUND_TEXTS)[:8]
"""The grounds of art. 2.86: asked in every European procedure. The table says the same, or is refused."""

PAPER_TEXTS: Mapping[str, str] = {
    "gva": N_("Gedragsverklaring aanbesteden (GVA)"),
    "tax": N_("Verklaring van de Belastingdienst"),
    "kvk": N_("Uittreksel van de Kamer van Koophandel"),
    "insurance": N_("Polis van de verzekering"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """An exclusion ground. `code`: eForms and ESPD 5; `former`: ESPD 3; `paper`: what proves it, or empty."""

    code: str
    former: str
    group: str
    mandatory: bool
    article: str
    certainty: str
    paper: str

    @property
    def text(self) -> str:
        """Its question (a msgid)."""
        return GROUND_TEXTS[self.code]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: how many months old it may be, how many days asking for it takes."""

    id: str
    months: int
    lead_days: int
    article: str
    certainty: str

    def expires_on(self, issued_on: date) -> date:
        """The last day on which it counts."""
        return months_on(issued_on, self.months)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table."""

    grounds: Sequence[Ground]
    papers: Mapping[str, Paper]
    criteria: Sequence[str]
    answers_months: int
    article: str
    certainty: str

    def of(self, group: str) -> list[Ground]:
        """The grounds of a group.

        Raises:
            GroundUnknown: no such group.
        """
        if group not in GROUPS:
            raise GroundUnknown
        return [each for each in self.grounds if each.group == group]

    def ground(self, code: str) -> Ground | None:
        """A ground by its code."""
        return next((each for each in self.grounds if each.code == code), None)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A selection criterion: its eForms code, what is asked, and the least that is enough."""

    code: str
    text: str
    minimum: str = ""


def _named(many: int) -> list[str]:
    return [f"c{number}" for number in range(1, many + 1)]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a tender asks: codes of grounds, criteria, papers, and to which questions files may be added.

    `ids` names the criteria in a bid where one that was taken back leaves a gap; else they are counted.
    """

    grounds: Sequence[str] = ()
    criteria: Sequence[Criterion] = ()
    papers: Sequence[str] = ()
    attach: Sequence[str] = ()
    ids: Sequence[str] = ()

    @property
    def criterion_ids(self) -> list[str]:
        """Names of the criteria in a bid: c1, c2 and so on."""
        return list(self.ids or _named(len(self.criteria)))

    @property
    def texts(self) -> dict[str, str]:
        """What each criterion asks, by its name in a bid."""
        return {name: each.text for name, each in zip(self.criterion_ids, self.criteria, strict=True)}

    @property
    def asks(self) -> bool:
        """Whether a bid has to say anything."""
        return bool(self.grounds or self.criteria)

    def stored(self) -> dict[str, list[Any]]:
        """As it is kept in the database."""
        return {
            "grounds": list(self.grounds), "criteria": [asdict(each) for each in self.criteria],
            "papers": list(self.papers), "attach": list(self.attach),
        }  # fmt: skip


def usual(procedure: str | None) -> Demand:
    """What is asked where the buyer chose nothing: in a European procedure the obliged grounds, else nothing."""
    return Demand(OBLIGED if procedure in EUROPEAN else ())


def checked(table: Table, demand: Demand, procedure: str | None) -> Demand:
    """A demand as it may be kept, grounds in the order of the table.

    Raises:
        GroundUnknown: a code that is not in the table.
        GroundObliged: a European procedure without an obliged ground.
        CriterionIncomplete: a criterion without text, or too many.
    """
    known = [each.code for each in table.grounds]
    strange = set(demand.grounds) - set(known) or set(demand.papers) - set(table.papers)
    if strange or {each.code for each in demand.criteria} - set(table.criteria):
        raise GroundUnknown
    if set(usual(procedure).grounds) - set(demand.grounds):
        raise GroundObliged(field="grounds")
    if len(demand.criteria) > MOST_CRITERIA or any(not each.text.strip() for each in demand.criteria):
        raise CriterionIncomplete(field="criteria")
    chosen = tuple(code for code in known if code in set(demand.grounds))
    return Demand(chosen, tuple(demand.criteria), tuple(demand.papers), tuple(demand.attach))


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to a ground, what was done about it when yes, and the day it was given."""

    yes: bool
    text: str = ""
    on: date = date.min

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {"yes": self.yes, "text": self.text, "on": self.on.isoformat()}


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation's answers by code. `saves` counts changes."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    saves: int = 0

    def to_json(self) -> bytes:
        """The text that is locked and stored."""
        return canonical_json({"answers": {code: each.stored() for code, each in self.answers.items()}})

    @classmethod
    def from_json(cls, text: bytes, saves: int) -> "Profile":
        """Back from the stored text."""
        return cls({code: answer_of(each) for code, each in json.loads(text)["answers"].items()}, saves)

    def given(self, answers: Mapping[str, Answer]) -> "Profile":
        """The profile after a page was saved."""
        return Profile({**self.answers, **answers}, self.saves + 1)


def answer_of(stored: Mapping[str, Any]) -> Answer:
    """An answer from its JSON."""
    return Answer(bool(stored["yes"]), str(stored["text"]), date.fromisoformat(stored["on"]))


def check_answers(grounds: Sequence[Ground], answers: Mapping[str, Answer | None]) -> dict[str, Answer]:
    """The answers of one page: each ground has one, and each yes is explained.

    Raises:
        AnswerMissing, ExplanationMissing: at the field of the ground.
    """
    found = {}
    for each in grounds:
        answer = answers.get(each.code)
        if answer is None:
            raise AnswerMissing(field=field_of(each.code))
        if answer.yes and not answer.text.strip():
            raise ExplanationMissing(field=f"{field_of(each.code)}_text")
        found[each.code] = answer
    return found


def field_of(code: str) -> str:
    """The name of a ground in a form."""
    return code.replace("-", "_")


class Standing(StrEnum):
    """Whether an answer or a paper counts on a day."""

    MISSING = "missing"
    EXPIRED = "expired"
    VALID = "valid"


def months_on(day: date, months: int) -> date:
    """The same day some months on; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def answer_standing(table: Table, answer: Answer | None, on: date) -> Standing:
    """Whether an answer in a profile counts on a day."""
    if answer is None:
        return Standing.MISSING
    return Standing.VALID if on <= months_on(answer.on, table.answers_months) else Standing.EXPIRED


def check_paper(paper: Paper, issued_on: date, today: date) -> date:
    """The last day on which a paper counts.

    Raises:
        PaperDateInvalid: of a day to come, or expired already.
    """
    last = paper.expires_on(issued_on)
    if issued_on > today or last < today:
        raise PaperDateInvalid(field="issued_on")
    return last


def renew_on(paper: Paper, expires_on: date) -> date:
    """The day from which one is warned: asking takes its time, and a week to spare."""
    return expires_on - timedelta(days=paper.lead_days + 7)


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper as a tender needs it: its standing on the day that counts; `too_late`: asking now takes too long."""

    paper: Paper
    standing: Standing
    expires_on: date | None
    too_late: bool


def shown(paper: Paper, expires_on: date | None, *, counts_on: date, today: date) -> Shown:
    """How a paper stands for a tender."""
    if expires_on is None:
        standing = Standing.MISSING
    else:
        standing = Standing.VALID if expires_on >= counts_on else Standing.EXPIRED
    late = standing is not Standing.VALID and today + timedelta(days=paper.lead_days) > counts_on
    return Shown(paper, standing, expires_on, late)


def missing(table: Table, demand: Demand, profile: Profile, on: date) -> list[Ground]:
    """The asked grounds for which the profile has no answer that counts on a day."""
    return [
        each for each in table.grounds
        if each.code in demand.grounds
        and answer_standing(table, profile.answers.get(each.code), on) is not Standing.VALID
    ]  # fmt: skip


def valid_until(table: Table, statement: Mapping[str, Any]) -> date:
    """The last day on which every answer of a statement counts; the last day there is, when it has none."""
    days = [
        months_on(date.fromisoformat(each["on"]), table.answers_months)
        for each in statement["answers"].values()
    ]
    return min(days, default=date.max)


def kept_statement(value: Mapping[str, Any]) -> dict[str, Any]:
    """The statement of a bid as it is stored in its draft: known keys only."""
    return {name: dict(value.get(name) or {}) for name in ("answers", "criteria", "papers")}


def is_stated(value: Mapping[str, Any], grounds: Sequence[str], criteria: Sequence[str]) -> bool:
    """Whether a bid's statement speaks of all that is asked; a yes to a ground is explained."""
    answers, said = value.get("answers") or {}, value.get("criteria") or {}
    explained = all(not each["yes"] or each["text"].strip() for each in answers.values())
    return explained and set(grounds) <= set(answers) and set(criteria) <= set(said)


def statement(
    table: Table, demand: Demand, profile: Profile, said: Mapping[str, Any], papers: Mapping[str, Mapping[str, str]],
    on: date,
) -> dict[str, Any] | None:  # fmt: skip
    """The statement that goes into a bid: copied from the profile and frozen there; None while answers are missing."""
    if missing(table, demand, profile, on):
        return None
    return {
        "answers": {code: profile.answers[code].stored() for code in demand.grounds},
        "criteria": dict(said), "papers": {kind: dict(each) for kind, each in papers.items()},
    }  # fmt: skip


def told(demand: Demand, said: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    """A statement line by line: what was asked, yes or no, the explanation."""
    asked = dict(zip(demand.criterion_ids, demand.criteria, strict=True))
    return [
        (GROUND_TEXTS.get(code, code), each["yes"], each["text"])
        for code, each in said.get("answers", {}).items()
    ] + [
        (asked[name].text if name in asked else N_("Een vervallen eis"), each["meets"], each["text"])
        for name, each in said.get("criteria", {}).items()
    ]
