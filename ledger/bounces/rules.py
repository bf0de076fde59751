"""Reasons of refused and returned direct debits, in plain words, and whether the mandate ends by them.

The codes are those of ISO 20022 (External Status Reason and Return Reason) that the SEPA Core rulebook uses. What the
provider says is brought back to the same codes.
"""

from typing import NamedTuple

from cwb.kernel.text import N_


class Bounce(NamedTuple):
    """What a code means to people, what to do, and whether no debit may follow on the same mandate."""

    why: str
    todo: str
    ends: bool = False


_CALL = N_("Bel het lid en spreek af hoe het wel betaald wordt.")
_AGAIN = N_("Vraag het lid om een nieuwe machtiging, met de goede rekening.")
_BANK = N_("Vraag uw bank wat er mis is met uw incasso.")

OTHER = Bounce(N_("De bank gaf een andere reden."), _CALL)

BOUNCES: dict[str, Bounce] = {
    "AC01": Bounce(N_("Het rekeningnummer klopt niet."), _AGAIN, ends=True),
    "AC04": Bounce(N_("De rekening is opgeheven."), _AGAIN, ends=True),
    "AC06": Bounce(N_("De rekening is geblokkeerd."), _CALL),
    "AC13": Bounce(N_("De rekening is van een consument, en dat past niet bij deze incasso."), _BANK, ends=True),
    "AG01": Bounce(N_("Van deze soort rekening mag niet worden afgeschreven."), _AGAIN, ends=True),
    "AG02": Bounce(N_("De soort incasso in het bestand klopt niet."), _BANK),
    "AM04": Bounce(N_("Er stond te weinig op de rekening."), _CALL),
    "AM05": Bounce(N_("De bank kreeg deze incasso twee keer."), _BANK),
    "BE05": Bounce(N_("De bank kent uw incassant-ID niet."), _BANK),
    "CNOR": Bounce(N_("De bank van uw coöperatie doet niet mee aan incasso."), _BANK),
    "DNOR": Bounce(N_("De bank van het lid doet niet mee aan incasso."), _CALL, ends=True),
    "MD01": Bounce(N_("Het lid zegt dat er geen geldige machtiging was."), _CALL, ends=True),
    "MD02": Bounce(N_("Er ontbreekt iets aan de machtiging in het bestand."), _BANK),
    "MD06": Bounce(N_("Het lid liet het bedrag terugboeken. Dat mag binnen acht weken."), _CALL),
    "MD07": Bounce(N_("De rekeninghouder is overleden."), N_("Neem rustig contact op met de familie."), ends=True),
    "MS02": Bounce(N_("Het lid weigerde deze afschrijving."), _CALL),
    "MS03": Bounce(N_("De bank zegt niet waarom."), _CALL),
    "RC01": Bounce(N_("De code van de bank klopt niet."), _AGAIN),
    "RR01": Bounce(N_("De bank mist gegevens die de wet vraagt."), _BANK),
    "SL01": Bounce(N_("Het lid liet afschrijven door u bij de bank blokkeren."), _CALL, ends=True),
    "TM01": Bounce(N_("Het bestand kwam te laat bij de bank."), _BANK),
}  # fmt: skip
"""Code → what it means; others are `OTHER`."""

PROVIDER_CODES: dict[str, str] = {
    "account_closed": "AC04",
    "account_number_invalid": "AC01",
    "bank_account_restricted": "AC06",
    "bank_cannot_process": "MS03",
    "customer_initiated": "MD06",
    "debit_not_authorized": "MD01",
    "general": "MD06",
    "incorrect_account_details": "AC01",
    "insufficient_funds": "AM04",
    "no_account": "AC01",
    "payment_intent_mandate_invalid": "MD01",
    "payment_method_customer_decline": "MS02",
    "payment_method_provider_decline": "MS03",
    "refer_to_customer": "MS02",
    "sepa_unsupported_account": "AG01",
}
"""The provider's word for a refusal or dispute → the code of the bank (own reading of its public word lists)."""


def code_of(word: str) -> str:
    """The code of the bank for what a bank or the provider said; "" where it says nothing that is known."""
    word = word.strip()
    return PROVIDER_CODES.get(word, word if word in BOUNCES else "")


def bounce(code: str) -> Bounce:
    """What a code means."""
    return BOUNCES.get(code, OTHER)
