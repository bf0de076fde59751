"""Forms of the register, and the names of what can be chosen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.papers.models import CooperativePaper
from coops.papers.rules import PAPERS
from coops.register import rules
from coops.register.queries import Fact, Sought
from coops.register.rules import MAJORITY, SURPLUS, Claim, CooperativeKind, Grade, Kind, share_is_shown
from cwb.identity.rules import LEGAL_FORMS
from cwb.places.gateway import area_pack
from cwb.web.forms import (
    LONG,
    DayField,
    Form,
    PlainForm,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _, _l, day, language, translated

KINDS: dict[str, Any] = {
    CooperativeKind.WORKER.value: _l("Werkcoöperatie: de leden doen samen het werk"),
    CooperativeKind.NEIGHBOURHOOD.value: _l("Wijkcoöperatie: bewoners zijn lid"),
    CooperativeKind.RESIDENTS.value: _l("Bewonersbedrijf: van en voor de buurt"),
    CooperativeKind.SOCIAL.value: _l("Sociale onderneming"),
    CooperativeKind.OTHER.value: _l("Anders"),
}
"""Kind → its text."""

COMPUTED: dict[str, Any] = {
    Kind.WORKER.value: _l("Werkcoöperatie"),
    Kind.NEIGHBOURHOOD.value: _l("Wijkcoöperatie"),
    Kind.RESIDENTS.value: _l("Bewonersbedrijf"),
    Kind.SOCIAL.value: _l("Sociale onderneming"),
    Kind.HOLDING.value: _l("Houdstercoöperatie: er werkt niemand"),
    Kind.OTHER.value: _l("Soort nog niet aangetoond"),
}
"""Kind computed from the facts → its text."""

GRADES: dict[str, tuple[Any, str]] = {
    Grade.NONE.value: (_l("verlopen"), "bad"),
    Grade.DECLARED.value: (_l("zelf opgegeven"), "warn"),
    Grade.MATCHED.value: (_l("staat in een openbaar register"), "good"),
    Grade.VERIFIED.value: (_l("stuk gezien"), "good"),
    Grade.ASSURED.value: (_l("bevestigd door een buitenstaander"), "good"),
}
"""Grade → its text and tone."""

LANGUAGES: dict[str, Any] = {
    "nl": _l("Nederlands"), "en": _l("Engels"), "ar": _l("Arabisch"), "tr": _l("Turks"),
    "ber": _l("Berbers"), "fr": _l("Frans"), "es": _l("Spaans"), "pl": _l("Pools"), "so": _l("Somalisch"),
    "ti": _l("Tigrinya"), "uk": _l("Oekraïens"),
}  # fmt: skip
"""Languages people work in: code → name."""

CLAIMS: dict[str, Any] = {code: _l(text) for code, text in rules.CLAIMS.items()}
"""Claim → its text."""

SURPLUSES: dict[str, Any] = dict(
    zip(
        SURPLUS,
        (_l("Naar de leden"), _l("Blijft in de organisatie"), _l("Naar de buurt"), _l("Naar eigenaren")),
        strict=True,
    )
)
"""Where a surplus goes → its text."""


def options(names: Mapping[str, Any], first: Any = None) -> list[SelectChoice]:
    """What can be chosen, from value → text; `first` is the text of choosing nothing."""
    nothing = [] if first is None else [SelectChoice("", first)]
    return [*nothing, *(SelectChoice(value, text) for value, text in names.items())]


def categories() -> dict[str, str]:
    """The kinds of work of the area in the reader's language: id → name."""
    english = language() == "en"
    return {each.id: each.name_en if english else each.name for each in area_pack().categories}


def places() -> dict[str, str]:
    """The wijken of the area: code → name."""
    return {
        code: wijk.name for code, wijk in sorted(area_pack().wijken.items(), key=lambda item: item[1].name)
    }


def claim_text(code: str, value: str) -> str:
    """A stated fact as a reader sees it."""
    if code == Claim.SURPLUS:
        return str(SURPLUSES.get(value, value))
    if code in {Claim.VOTES_WORKERS, Claim.VOTES_RESIDENTS, Claim.WORK_BY_MEMBERS}:
        return f"{value} %"
    if code == Claim.OPEN_ENTRY:
        return str(_l("Ja") if value == "yes" else _l("Nee"))
    if code == Claim.LAST_MEETING:
        return day(date.fromisoformat(value))
    if code == Claim.LEGAL_FORM and value in LEGAL_FORMS:
        return _(LEGAL_FORMS[value])
    return value


def evidence_text(fact: Fact) -> tuple[Any, str]:
    """How well a fact is known, as a text with its tone; what the minutes of this system say is told apart."""
    if fact.minuted and fact.grade is Grade.DECLARED and fact.standing.fell_from is None:
        return _l("uit de notulen in dit systeem"), "info"
    return GRADES[fact.grade.value]


def public_text(code: str, value: str, *, members: int | None, people: int | None) -> str:
    """A stated fact as others see it: of few people only whether it is the majority, from which the kind follows."""
    counted = {Claim.VOTES_WORKERS: members, Claim.VOTES_RESIDENTS: members, Claim.WORK_BY_MEMBERS: people}
    if code not in counted or share_is_shown(int(value), counted[Claim(code)]):
        return claim_text(code, value)
    text = (
        _l("%(num)s %% of meer", num=MAJORITY)
        if int(value) >= MAJORITY
        else _l("minder dan %(num)s %%", num=MAJORITY)
    )
    return str(text)


MOST_HOURS = 1_000_000
"""More hours a week than anybody has."""


def _hours(text: str | None) -> int:
    """Hours as typed; 0 for nothing, and what is no number finds as little as too many would."""
    typed = (text or "").strip()
    if not typed:
        return 0
    return (
        min(int(typed), MOST_HOURS) if typed.isascii() and typed.isdigit() and len(typed) < 10 else MOST_HOURS
    )


class VerifyForm(Form):
    """The decision of the programme on a whole profile, after its facts."""

    verdict = RadioField(
        _l("Wat is uw besluit?"),
        choices=options({"verified": _l("Gecontroleerd: stukken gezien"), "refused": _l("Nog niet in orde")}),
        validators=[InputRequired(_l("Kies uw besluit."))],
    )
    note = TextAreaField(
        _l("Toelichting"),
        [InputRequired(_l("Schrijf waarom u dit besluit.")), *required(LONG)],
        filters=[many_lines],
    )

    def values(self) -> dict[str, Any]:
        """What `services.verify_cooperative` takes."""
        return {"verified": self.verdict.data == "verified", "note": self.note.data}


class ProofForm(Form):
    """The paper in which something was seen: one of the file, or one that was seen elsewhere."""

    file = SelectField(_l("In welk stuk zag u het?"), [MayStayEmpty()])
    kind = SelectField(_l("Wat voor stuk is het?"), [MayStayEmpty()])
    dated_on = DayField(_l("Van welke dag is het stuk?"), [MayStayEmpty()])
    place = TextField(_l("Waar zag u het?"), optional(200))
    paper = TextField(_l("Waar staat het in het stuk?"), optional(200))

    def __init__(
        self, *args: Any, code: str = "", papers: Sequence[CooperativePaper] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = {kind: translated(text) for kind, text in PAPERS.items() if rules.shows(kind, code)}
        there = {str(each.id): f"{kinds[each.kind]}: {each.name}" for each in papers if each.kind in kinds}
        self.file.choices = options(there, _l("Een stuk dat hier niet staat"))
        self.kind.choices = options(kinds, _l("Kies"))

    def proof(self) -> rules.Proof:
        """The paper as the rules know it; what was typed about another one goes for a file."""
        paper = self.paper.data or ""
        if self.file.data:
            return rules.Proof(paper, int(self.file.data))
        return rules.Proof(paper, None, self.kind.data or "", self.dated_on.data, self.place.data or "")


class JudgeForm(ProofForm):
    """What one finds of one fact."""

    grade = RadioField(_l("Klopt dit?"), validators=[InputRequired(_l("Kies één."))])
    reason = TextAreaField(_l("Waarom is het niet aangetoond?"), optional(LONG), filters=[many_lines])
    seen = HiddenField()

    def __init__(self, code: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, code=code, **kwargs)
        register = rules.REGISTERS.get(Claim(code))
        texts: dict[Grade, Any] = {
            Grade.VERIFIED: _l("Ja, ik zag het in een stuk"),
            Grade.MATCHED: register and _("Ja, het staat in het %(register)s", register=translated(register)),
            Grade.ASSURED: _l("Ja, een accountant of keurmerk bevestigt het"),
            Grade.NONE: _l("Nee, dit is niet aangetoond"),
        }
        may = {*rules.grades_for(code), Grade.NONE}
        self.grade.choices = options({each.value: text for each, text in texts.items() if each in may})

    def values(self) -> dict[str, Any]:
        """What `services.judge_claim` takes."""
        return {
            "grade": Grade(self.grade.data), "proof": self.proof(), "reason": self.reason.data or "",
            "seen": self.seen.data,
        }  # fmt: skip


class CoachForm(Form):
    """Whether somebody guides this cooperative."""

    coaches = HiddenField(validators=[InputRequired()])


class DirectoryFilter(PlainForm):
    """What narrows the public directory; stands in the address."""

    q = TextField(_l("Zoek op naam of woord"))
    sector = SelectField(_l("Soort werk"), validate_choice=False)
    kind = SelectField(_l("Soort organisatie"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)
    language = SelectField(_l("Taal"), validate_choice=False)
    computed = SelectField(_l("Soort volgens de feiten"), validate_choice=False)
    sure = SelectField(_l("Hoe zeker is dat?"), validate_choice=False)
    hours = TextField(_l("Minstens zoveel uur per week"), render_kw={"inputmode": "numeric", "size": 6})
    verified = BooleanField(_l("Alleen gecontroleerd"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _l("Alle")
        self.sector.choices = options(categories(), every)
        self.kind.choices = options(KINDS, every)
        self.place.choices = options(places(), every)
        self.computed.choices = options(COMPUTED, every)
        self.sure.choices = options(
            {each.value: GRADES[each.value][0] for each in Grade if each is not Grade.NONE}, every
        )
        self.language.choices = options(LANGUAGES, every)

    def sought(self) -> Sought:
        """The choice as a query takes it; what is no choice says so at its field and finds nothing."""
        for field in (self.sector, self.kind, self.place, self.language, self.computed, self.sure):
            if field.data and field.data not in {each.value for each in field.choices}:
                field.errors = [_("Dit staat niet in de lijst. Kies opnieuw.")]
        if _hours(self.hours.data) == MOST_HOURS:
            self.hours.errors = [_("Schrijf een heel getal, bijvoorbeeld 12. Duizend is 1000.")]
        search = (self.q.data or "")[:100]
        return Sought(
            search=search, called=tuple(each.id for each in area_pack().categories if each.is_called(search)),
            sector=self.sector.data or "", kind=self.kind.data or "",
            place=self.place.data or "", language=self.language.data or "", only_verified=bool(self.verified.data),
            computed=self.computed.data or "", sure=self.sure.data or "", hours=_hours(self.hours.data),
        )  # fmt: skip
