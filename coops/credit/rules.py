"""Decisions about money ahead on bare values. Amounts are cents."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from coops.credit import errors
from coops.fund.rules import WHOLE, YEAR_DAYS, TermsFacts
from cwb.documents.rules import Block, Document, Facts, Heading, Items, Note, Paragraph, Words
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.kernel.words import words

LEAST_REASON = 10
"""Fewest characters of a purpose, a plan or a reason."""

LONGEST_TERM = timedelta(days=365)
"""An advance is repaid within a year (house rule)."""

USUAL_TERM = timedelta(days=60)


class State(StrEnum):
    """Where an application stands; what happens after signing stands in the advance."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.ASKED: N_("wacht op besluit"),
    State.APPROVED: N_("goedgekeurd, wacht op handtekening"),
    State.REFUSED: N_("afgewezen"),
    State.SIGNED: N_("getekend"),
    State.WITHDRAWN: N_("ingetrokken"),
}

OPEN = frozenset({State.ASKED, State.APPROVED})
"""States in which nothing was signed yet."""


class Step(StrEnum):
    """What is done with an application once, on a page of its own."""

    DECIDE = "decide"
    SIGN = "sign"
    WITHDRAW = "withdraw"
    PAY_OUT = "pay_out"


_DUE = {
    Step.DECIDE: frozenset({State.ASKED}), Step.SIGN: frozenset({State.APPROVED}),
    Step.WITHDRAW: OPEN | {State.SIGNED}, Step.PAY_OUT: frozenset({State.SIGNED}),
}  # fmt: skip


def is_due(step: Step, state: State, *, is_paid_out: bool) -> bool:
    """Whether a step can still be done; once money was paid out, none of them can."""
    return state in _DUE[step] and not is_paid_out


@dataclass(frozen=True, slots=True)
class Room:
    """What can be asked at most, and each limit behind it."""

    by_share: int
    by_cost: int
    by_cooperative: int
    by_fund: int

    @property
    def most(self) -> int:
        """The lowest of them, never below zero."""
        return max(0, min(self.by_share, self.by_cost, self.by_cooperative, self.by_fund))


def assignable(still_open: int, g_percentage: Decimal | None) -> int:
    """What of an amount can be assigned: not the part for the blocked G-account, which pays taxes only."""
    free = (Decimal(100) - (g_percentage or 0)) / 100
    return int((Decimal(max(still_open, 0)) * free).to_integral_value(ROUND_DOWN))


def room(terms: TermsFacts, *, on_invoice: bool, base: int, days: int, outstanding: int, free: int) -> Room:
    """Every limit: the share of what is still paid, that with its cost, the cooperative's room, the fund's cash.

    `base` is what can be assigned; `outstanding` what this cooperative already has or was promised; `free` what the
    fund has and promised to nobody; `days` from now to repayment.
    """
    share = terms.share(on_invoice=on_invoice)
    with_cost = Decimal(base) / (1 + terms.rate * max(days, 0) / YEAR_DAYS)
    return Room(
        by_share=base * share // WHOLE,
        by_cost=int(with_cost.to_integral_value(ROUND_DOWN)),
        by_cooperative=terms.most_amount - outstanding,
        by_fund=free,
    )


def check_amount(amount: Money, limits: Room) -> None:
    """Within every limit.

    Raises:
        AmountMissing, AboveShare, AboveRoom, AboveFund: at the amount, with the most that can be.
    """
    if amount.minor <= 0 or amount.currency != "EUR":
        raise errors.AmountMissing(field="amount")
    for most, fault in (
        (min(limits.by_share, limits.by_cost), errors.AboveShare),
        (limits.by_cooperative, errors.AboveRoom),
        (limits.by_fund, errors.AboveFund),
    ):
        if amount.minor > most:
            raise fault(most=Money(max(most, 0)), field="amount")


def check_due(due_on: date, today: date) -> None:
    """Repaid after today and within a year.

    Raises:
        DueWrong: it is not.
    """
    if not today < due_on <= today + LONGEST_TERM:
        raise errors.DueWrong(field="due_on")


def usual_due(paid_by: date | None, today: date) -> date:
    """The day that the form of asking starts with: when the buyer has to pay the invoice, else after 60 days."""
    if paid_by is not None and today < paid_by <= today + LONGEST_TERM:
        return paid_by
    return today + USUAL_TERM


def told(text: str, field: str) -> str:
    """A text that says something, without outer blanks.

    Raises:
        TextTooShort: fewer than ten characters.
    """
    return words(text, field, short=errors.TextTooShort)


@dataclass(frozen=True, slots=True)
class Ties:
    """Who stands near a cooperative: who asked, its coach, who verified it, and whether the decider is of a party."""

    asked_by_id: int
    coach_id: int | None
    verified_by: AbstractSet[int]
    involved: bool


def is_impartial(user_id: int, ties: Ties) -> bool:
    """Whether somebody stands far enough from the cooperative to decide (see `check_decider`)."""
    return not ties.involved and user_id not in {ties.asked_by_id, ties.coach_id} | set(ties.verified_by)


def check_decider(user_id: int, ties: Ties) -> None:
    """Who decides did not ask, does not coach, did not verify, and is of neither party (duties kept apart).

    Raises:
        NotImpartial: otherwise.
    """
    if not is_impartial(user_id, ties):
        raise errors.NotImpartial


def check_second(user_id: int, first_id: int | None) -> None:
    """Somebody else than who did the step before.

    Raises:
        SecondPerson: the same person.
    """
    if user_id == first_id:
        raise errors.SecondPerson


def check_state(state: State, *wanted: State) -> None:
    """In one of these states.

    Raises:
        NotWaiting: otherwise.
    """
    if state not in wanted:
        raise errors.NotWaiting


def check_overdue(due_on: date, today: date) -> None:
    """The agreed day is over.

    Raises:
        NotOverdue: it is not.
    """
    if today <= due_on:
        raise errors.NotOverdue


@dataclass(frozen=True, slots=True)
class Deed:
    """What stands in the deed of assignment and in its notice; `base` is the invoice or contract by its number."""

    borrower: str
    borrower_kvk: str
    fund: str
    fund_kvk: str
    fund_iban: str
    debtor: str
    base: str
    on_invoice: bool
    amount: int
    fee: int
    due_on: date
    conditions: str
    signed_at: datetime

    def facts(self, words: Words) -> list[tuple[str, str]]:
        """The parties and what is assigned."""
        text = words.text
        kind = N_("Factuur") if self.on_invoice else N_("Contract")
        return [
            (text(N_("Coöperatie")), f"{self.borrower} ({self.borrower_kvk})"),
            (text(N_("Fonds")), f"{self.fund} ({self.fund_kvk})" if self.fund_kvk else self.fund),
            (text(N_("Wie betaalt")), self.debtor),
            (text(kind), self.base),
            (text(N_("Getekend op")), words.moment(self.signed_at)),
        ]


PAGE = N_("Bladzijde {n} van {m}")
_UNVERIFIED = N_(
    "Deze tekst is een voorbeeld en door geen jurist nagekeken. Deze site leent niets uit, zij schrijft alleen op."
)


def _document(words: Words, made: Deed, title: str, blocks: list[Block]) -> Document:
    last = Note(words.text(N_("Let op")), words.text(_UNVERIFIED))
    return Document(
        title=words.text(title), language=words.language, at=made.signed_at, sender=made.fund, mark=made.base,
        page=words.text(PAGE), blocks=[*blocks, last],
    )  # fmt: skip


def deed(words: Words, made: Deed) -> Document:
    """The written assignment (BW 3:94 lid 1): the deed; the notice makes it complete."""
    text = words.text
    scope = N_("De coöperatie draagt aan het fonds over wat de koper nog moet betalen op dit contract.")
    if made.on_invoice:
        scope = N_("De coöperatie draagt aan het fonds over wat de koper nog moet betalen op deze factuur.")
    items = [
        text(scope),
        text(N_("Wat naar een geblokkeerde rekening (G-rekening) gaat, hoort daar niet bij.")),
        text(
            N_("Het fonds betaalt %(amount)s vooruit. De kosten zijn %(fee)s, vast."), amount=words.money(made.amount),
            fee=words.money(made.fee),
        ),
        text(N_("Wat binnenkomt, betaalt eerst het voorschot en dan de kosten. De rest betaalt het fonds door.")),
        text(N_("De afgesproken dag is %(day)s." ), day=words.day(made.due_on)),
        text(N_("Betaalt de koper niet of te weinig? Dan betaalt de coöperatie zelf terug.")),
        text(N_("Betaalt de koper toch de coöperatie? Dan betaalt zij dat meteen door.")),
        text(N_("Is alles terug, dan is de overdracht voorbij. Het fonds zegt dat aan de koper.")),
        text(N_("Tot de uitbetaling kunnen beide partijen de overdracht intrekken. Daarna niet meer.")),
    ]  # fmt: skip
    blocks: list[Block] = [
        Facts(made.facts(words)),
        Heading(text(N_("Wat wij afspreken"))),
        Items(items, numbered=True),
    ]
    if made.conditions:
        blocks += [Heading(text(N_("Voorwaarden van het besluit"))), Paragraph(made.conditions)]
    blocks.append(Paragraph(text(N_("Het bestuur van de coöperatie tekende deze akte op de site."))))
    return _document(words, made, N_("Akte van overdracht van een vordering (cessie)"), blocks)


def notice(words: Words, made: Deed) -> Document:
    """The notice to who pays (BW 3:94 lid 1); it tells no amounts of the advance."""
    text = words.text
    scope = N_(
        "Alle facturen van dit contract betaalt u vanaf nu aan het fonds, tot wij schrijven dat het voorbij is."
    )
    if made.on_invoice:
        scope = N_("Deze factuur betaalt u vanaf nu aan het fonds.")
    account = [(text(N_("Betaal op rekening")), made.fund_iban), (text(N_("Ten name van")), made.fund)]
    blocks: list[Block] = [
        Facts([*made.facts(words), *account]),
        Paragraph(text(scope), strong=True),
        Items([
            text(N_("U betaalt niet meer en niet eerder dan anders. Uw rechten tegen de leverancier blijven.")),
            text(N_("Een deel voor een G-rekening betaalt u daar, zoals altijd.")),
            text(N_("Betaalt u nu toch de leverancier zelf? Dan kan het fonds u nog eens om betaling vragen.")),
            text(N_("U mag een uittreksel van de akte vragen.")),
        ]),
    ]  # fmt: skip
    return _document(words, made, N_("Mededeling van overdracht van een vordering"), blocks)
