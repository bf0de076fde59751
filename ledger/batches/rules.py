"""Decisions about transfers on bare values: what of an invoice goes where, and texts a bank takes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.batches.errors import (
    BlockedIbanMissing,
    ChosenGone,
    PayeeIbanInvalid,
    PayeeNameInvalid,
    PayerNameInvalid,
)
from ledger.sepa.rules import MOST_TEXT, sepa_text

MOST_NAME = 70
"""Longest name of a payee, in characters (SEPA)."""
BLOCKED_MARK = "/G"
"""Behind the reference of the transfer to a G-account, so that the bank tells the two apart."""


class BatchState(StrEnum):
    """A batch is under way, or closed: paid, or never sent to the bank."""

    OPEN = "open"
    CLOSED = "closed"


REFUSALS: Mapping[str, str] = {
    "AC01": N_("Het rekeningnummer klopt niet. Bel wie u betaalt."),
    "AC03": N_("Het rekeningnummer klopt niet. Bel wie u betaalt."),
    "AC04": N_("De rekening is opgeheven. Bel wie u betaalt."),
    "AC06": N_("De rekening is geblokkeerd. Bel wie u betaalt."),
    "AG01": N_("Van deze rekening mag u niet betalen. Bel uw bank."),
    "AM04": N_("Er stond te weinig op uw rekening."),
    "AM05": N_("De bank kreeg deze betaling twee keer."),
    "DT01": N_("De betaaldag kan niet. Maak een nieuw bestand."),
    "FF01": N_("Het bestand heeft de verkeerde vorm. Bel uw bank."),
    "MS03": N_("De bank zegt niet waarom. Bel uw bank."),
    "RC01": N_("De code van de bank klopt niet. Bel wie u betaalt."),
    "RR04": N_("De bank mag deze betaling niet doen. Bel uw bank."),
}
"""Why a bank refuses a transfer, by code of ISO 20022, in plain words with what to do; others are `OTHER_REFUSAL`."""

OTHER_REFUSAL = N_("De bank gaf een andere reden. Bel uw bank.")


class Due(NamedTuple):
    """An approved invoice: what is open in cents, and where it goes. `blocked_iban` where a part is for that.

    `blocked`: what is left of that part, in cents; None: the share of what is open. `incoming`: it came from outside,
    and `invoice_id` is its number there. `back`: it is no invoice, but money ahead that goes back, by its number.
    `blocked_name`: whose G-account it is, where a fund is paid the rest of an assigned invoice ("": `name`).
    """

    invoice_id: int
    number: str
    reference: str
    open: int
    due_on: date
    name: str
    iban: str
    g_percentage: Decimal | None = None
    blocked_iban: str = ""
    blocked: int | None = None
    incoming: bool = False
    back: bool = False
    blocked_name: str = ""

    @property
    def key(self) -> str:
        """What it is called where somebody chooses."""
        return key_of(self.invoice_id, incoming=self.incoming, back=self.back)


def key_of(number: int, *, incoming: bool, back: bool = False) -> str:
    """An invoice made here, one that came, or a repayment, by its inner number: what somebody chooses it by."""
    if back:
        return f"back-{number}"
    return f"in-{number}" if incoming else f"own-{number}"


class Choice(NamedTuple):
    """What can go in a file: `key_of` it, its number ("": a repayment), who is paid, and what is open in cents."""

    key: str
    number: str
    name: str
    open: int
    due_on: date


def chosen(dues: Iterable[Due], keys: Collection[str] | None) -> list[Due]:
    """Those of all that can be paid which somebody chose; without a choice all.

    Raises:
        ChosenGone: one of them cannot be paid any more.
    """
    held = list(dues)
    if keys is None:
        return held
    if not {each.key for each in held}.issuperset(keys):
        raise ChosenGone
    return [each for each in held if each.key in keys]


class Transfer(NamedTuple):
    """One payment to the bank; amount in cents."""

    invoice_id: int
    blocked: bool
    amount: int
    name: str
    iban: str
    end_to_end: str
    text: str
    on: date
    incoming: bool = False
    back: bool = False


_G_WORDS = " G-rekening"


def check_payer(name: str) -> None:
    """Whether a bank can read the name of who pays.

    Raises:
        PayerNameInvalid: no sign of it is one that banks take.
    """
    if not sepa_text(name):
        raise PayerNameInvalid


def transfers(due: Due, today: date) -> list[Transfer]:
    """The transfers of an invoice: one, or two where a part goes to a G-account; on the last day to pay.

    Raises:
        PayeeIbanInvalid, PayeeNameInvalid, BlockedIbanMissing: it cannot be paid.
    """
    name, owner = sepa_text(due.name), sepa_text(due.blocked_name or due.name)
    if not (0 < len(name) <= MOST_NAME and 0 < len(owner) <= MOST_NAME):
        raise PayeeNameInvalid(number=due.number)
    if Iban.normalise(due.iban) != due.iban:
        raise PayeeIbanInvalid(number=due.number)
    on = max(due.due_on, today)
    text = sepa_text(
        due.number if due.back else f"{due.reference} factuur {due.number}", MOST_TEXT - len(_G_WORDS)
    )
    blocked = due.blocked
    if blocked is None:
        blocked = Money(due.open).times((due.g_percentage or Decimal(0)) / 100).minor
    if blocked and not due.blocked_iban:
        raise BlockedIbanMissing(number=due.number)
    parts = [
        Transfer(due.invoice_id, False, due.open - blocked, name, due.iban, due.reference, text, on, due.incoming,
                 due.back),
        Transfer(
            due.invoice_id, True, blocked, owner, due.blocked_iban, due.reference + BLOCKED_MARK, f"{text}{_G_WORDS}",
            on,
        ),
    ]  # fmt: skip
    return [each for each in parts if each.amount]


def all_transfers(dues: Iterable[Due], today: date) -> tuple[list[Transfer], list[RuleBroken]]:
    """The transfers of all that can be paid, and why the others cannot."""
    made: list[Transfer] = []
    faults: list[RuleBroken] = []
    for due in dues:
        try:
            made += transfers(due, today)
        except RuleBroken as fault:
            faults.append(fault)
    return made, faults
