"""What a posting must be, decided on values alone. Amounts are minor units; debit is positive, credit negative."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json.encoder import encode_basestring
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from cwb.kernel.money import MAX_MINOR
from cwb.kernel.text import N_
from ledger.books.errors import (
    AmountInvalid,
    AmountZero,
    ExpiryInvalid,
    KeyInvalid,
    KeyTwice,
    KindInvalid,
    LineTwice,
    ReferenceInvalid,
    TooFewLines,
    TooManyLines,
    Unbalanced,
)

MAX_LEGS = 1000
MAX_TEXT = 200
MAX_NOTE = 1000

KIND_NAMES = {
    "invoice_sent": N_("Factuur verstuurd"),
    "credit_note_sent": N_("Creditfactuur verstuurd"),
    "invoice_approved": N_("Factuur goedgekeurd"),
    "credit_note_approved": N_("Creditfactuur verwerkt"),
    "invoice_payment": N_("Betaling"),
    "invoice_set_off": N_("Verrekening"),
    "invoice_refund": N_("Terugbetaling"),
    "invoice_payment_undone": N_("Betaling teruggedraaid"),
    "capital_called": N_("Kapitaal gevraagd"),
    "capital_paid": N_("Kapitaal gestort"),
    "capital_released": N_("Kapitaal van een vertrokken lid"),
    "capital_repaid": N_("Kapitaal uitbetaald"),
    "dues_charged": N_("Contributie gevraagd"),
    "dues_paid": N_("Contributie betaald"),
    "surplus_shared": N_("Overschot verdeeld"),
    "surplus_paid": N_("Overschot uitbetaald"),
    "advance_paid_out": N_("Voorschot betaald"),
    "advance_repaid": N_("Voorschot terugbetaald"),
    "advance_surplus": N_("Te veel betaald aan het fonds"),
    "advance_passed_on": N_("Doorbetaald door het fonds"),
    "advance_written_off": N_("Voorschot afgeboekt"),
    "fund_grant": N_("Geld in het fonds"),
    "fund_grant_returned": N_("Geld uit het fonds terug"),
    "capital_paid_online": N_("Kapitaal online gestort"),
    "dues_paid_online": N_("Contributie online betaald"),
    "dues_collected": N_("Contributie geïncasseerd"),
    "online_fee": N_("Kosten van online betalen"),
    "online_refund": N_("Online terugbetaald"),
    "online_refund_failed": N_("Online terugbetalen mislukt"),
    "online_dispute": N_("Online betaling betwist"),
    "online_dispute_lost": N_("Online betaling teruggehaald"),
    "online_payout": N_("Uitbetaling van Stripe onderweg"),
    "receipt_booked": N_("Bon geboekt"),
    "receipt_reversed": N_("Bon teruggedraaid"),
    "purchase_approved": N_("Ontvangen factuur goedgekeurd"),
    "purchase_credit": N_("Ontvangen creditfactuur verwerkt"),
    "purchase_payment": N_("Ontvangen factuur betaald"),
    "purchase_payment_undone": N_("Betaling van ontvangen factuur teruggedraaid"),
    "purchase_from_upfront": N_("Ontvangen factuur verrekend met wat vooruit betaald was"),
    "purchase_upfront_undone": N_("Verrekening met wat vooruit betaald was teruggedraaid"),
    "upfront_booked": N_("Vooruit betaald aan een leverancier"),
    "upfront_paid_back": N_("Vooruit betaald bedrag terug van een leverancier"),
    "voucher_issued": N_("Tegoed uitgegeven"),
    "voucher_topped_up": N_("Online betaald voor tegoed"),
    "topup_claim": N_("Opwaardering die terugging: te vorderen"),
    "topup_fee": N_("Kosten van opwaarderen"),
    "topup_repaid": N_("Vordering van een opwaardering betaald"),
    "topup_written_off": N_("Vordering van een opwaardering afgeboekt"),
    "float_filled": N_("Geld in de pot voor opwaarderen"),
    "voucher_paid": N_("Betaald met tegoed"),
    "voucher_redeemed": N_("Tegoed teruggevraagd"),
    "voucher_demurrage": N_("Inhouding op wat stilstond"),
    "voucher_lapsed": N_("Vervallen: u krijgt het in euro’s"),
    "voucher_lapse_paid": N_("Vervallen tegoed uitbetaald"),
    "paper_printed": N_("Op papier gezet"),
    "paper_returned": N_("Terug van papier"),
    "fund_spent": N_("Betaald uit het fonds, door bewoners besloten"),
    "credit_loss": N_("Verlies van een lid, samen gedragen"),
    "winddown_units": N_("Het geld stopt: tegoed ingenomen"),
    "winddown_owed": N_("Het geld stopt: te betalen in euro’s"),
    "winddown_paid": N_("Het geld stopt: uitbetaald"),
    "winddown_rest": N_("Het geld stopt: de rest naar een goed doel"),
    "credit_ended": N_("Het krediet stopt: saldo vastgezet"),
    "unwinding_owed": N_("Het krediet stopt: te betalen in euro’s"),
    "unwinding_received": N_("Het krediet stopt: deel ontvangen"),
    "unwinding_paid": N_("Het krediet stopt: uitbetaald"),
    "unwinding_lost": N_("Het krediet stopt: verlies"),
    "unwinding_reserve": N_("Het krediet stopt: reserve gestort"),
    "unwinding_rest": N_("Het krediet stopt: de rest van de reserve"),
    "shortage_units": N_("Tekort: u draagt een deel"),
    "shortage_borne": N_("Tekort van de dekking verdeeld"),
    "credits_given": N_("Punten voor uren"),
    "credits_spent": N_("Punten uitgegeven"),
    "credits_lapsed": N_("Punten vervallen"),
    "bank_opening": N_("Beginsaldo van de bank"),
    "bank_credit": N_("Te veel betaald: tegoed"),
    "ahead_booked": N_("Betaald voor er een factuur was"),
    "invoice_from_ahead": N_("Factuur verrekend met tegoed"),
    "ahead_paid_back": N_("Tegoed terugbetaald"),
    "bank_entry": N_("Boeking van de bank zonder factuur"),
    "reversal": N_("Teruggedraaid"),
}
"""How people call a kind of transfer; a kind without a name is shown as its code."""

_CODE = re.compile(r"[a-z][a-z_]{1,40}")


class Leg(NamedTuple):
    """One line: an account and an amount in minor units of its currency; debit positive, credit negative."""

    account_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer of a batch. `effective_at` None means the batch's instant."""

    key: str
    kind: str
    legs: Sequence[Leg]
    effective_at: datetime | None = None
    intent_id: int | None = None


class Posted(NamedTuple):
    """The answer to a movement. `replayed` when the key had been used: then this is the first answer."""

    transfer_id: int
    public_id: UUID
    created_at: datetime
    replayed: bool


def checked_legs(legs: Sequence[Leg]) -> list[Leg]:
    """The lines in the order in which their accounts are locked.

    Zero in total is needed for zero per currency and per set of books, which the database decides: it knows the
    accounts.

    Raises:
        TooFewLines, TooManyLines, AmountZero, AmountInvalid, Unbalanced: the lines make no transfer.
    """
    if len(legs) < 2:
        raise TooFewLines(field="legs")
    if len(legs) > MAX_LEGS:
        raise TooManyLines(most=MAX_LEGS, field="legs")
    total = 0
    for _, amount in legs:
        if type(amount) is not int or not -MAX_MINOR <= amount <= MAX_MINOR:
            raise AmountInvalid(field="amount")
        if amount == 0:
            raise AmountZero(field="amount")
        total += amount
    if total != 0:
        raise Unbalanced(field="legs")
    return sorted(legs, key=itemgetter(0))


def check_once_each(legs: Iterable[Leg]) -> None:
    """A reservation names each account once.

    Raises:
        LineTwice: it does not.
    """
    accounts = [account_id for account_id, _ in legs]
    if len(accounts) != len(set(accounts)):
        raise LineTwice(field="legs")


def check_key(key: str) -> None:
    """An idempotency key has 1 to 200 characters and no NUL.

    Raises:
        KeyInvalid: it does not.
    """
    if not 1 <= len(key) <= MAX_TEXT or "\0" in key:
        raise KeyInvalid(field="key")


def check_keys(keys: Sequence[str]) -> None:
    """Each key stands once in a batch.

    Raises:
        KeyTwice: one does not.
    """
    if len(set(keys)) != len(keys):
        raise KeyTwice(field="key")


def check_kind(kind: str) -> None:
    """A kind is a code of small letters and underscores, 2 to 41 characters.

    Raises:
        KindInvalid: it is not.
    """
    if _CODE.fullmatch(kind) is None:
        raise KindInvalid(kind=kind[:50], field="kind")


def check_text(text: str, *, most: int = MAX_TEXT, least: int = 0) -> None:
    """A text of a bounded length in characters, without NUL.

    Raises:
        ReferenceInvalid: too long, too short, or with a NUL.
    """
    if not least <= len(text) <= most or "\0" in text:
        raise ReferenceInvalid(field="text")


def check_expiry(expires_at: datetime | None, at: datetime) -> None:
    """A reservation ends after it begins.

    Raises:
        ExpiryInvalid: it does not.
    """
    if expires_at is not None and expires_at <= at:
        raise ExpiryInvalid(field="expires_at")


def request_hash(key: str, step: str, kind: str, legs: Sequence[Leg], *facts: object) -> bytes:
    """SHA-256 over what was asked, as JSON without blanks: the same key with another hash is another request.

    `step` and `kind` are codes, checked before: they need no quoting.
    `facts` are what else counts for the step (an explicit effective date, the intent, what is reversed). The
    description a person wrote does not count, so that no digest of it without salt is kept.
    """
    lines = ",".join([f"[{account_id},{amount}]" for account_id, amount in legs])
    others = ",".join(["null" if fact is None else encode_basestring(str(fact)) for fact in facts])
    content = f'[{encode_basestring(key)},"{step}","{kind}",[{lines}],[{others}]]'
    return sha256(content.encode()).digest()


def note_digest(note: str, salt: bytes) -> bytes:
    """The salted SHA-256 of a description: once text and salt are erased, nothing can be guessed from it."""
    return sha256(salt + note.encode()).digest()
