"""The demo's local currency, as a simulation: a foundation, vouchers that go round, and credit between cooperatives."""

from datetime import datetime
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Party
from cwb.identity.services import register_organisation
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.instruments import services as instruments
from ledger.instruments.queries import backing, instrument
from ledger.instruments.rules import Code
from ledger.wallets.queries import find_wallet
from ledger.wallets.services import ask_refund, issue, open_wallet, pay, set_credit

KEEPER = "90000911"
PAID = ((0, 1, 8_500), (1, 2, 6_000), (2, 0, 4_250), (0, 2, 2_500))
"""Who pays whom, among the first cooperatives, in cents."""
MORE = ((3, 4, 4_000), (4, 5, 2_500), (5, 3, 3_000), (4, 3, 1_250), (5, 4, 2_000))
"""The same among the next three, so that there are enough to show figures of."""


def story(agenda: Agenda) -> None:
    """In the last two months."""
    keys = [each["key"] for each in agenda.facts["cooperatives"] if each["verified"]][:6]
    agenda.at(agenda.day(60, 9), partial(_begin, agenda, keys))
    for place, (payer, payee, cents) in enumerate(MORE if len(keys) == 6 else ()):
        agenda.at(
            agenda.day(48 - 9 * place, 13), partial(_pay, agenda, keys[payer], keys[payee], cents, Code.NWE)
        )
    for place, (payer, payee, cents) in enumerate(PAID):
        agenda.at(
            agenda.day(50 - 12 * place, 12), partial(_pay, agenda, keys[payer], keys[payee], cents, Code.NWE)
        )
    agenda.at(agenda.day(20, 15), partial(_pay, agenda, keys[1], keys[0], 120_000, Code.KRE))
    agenda.at(agenda.day(3, 9), partial(_end, agenda, keys[2]))


def _programme(agenda: Agenda) -> Actor:
    return agenda.actor("programma", "programme", Role.PROGRAMME)


def _begin(agenda: Agenda, keys: list[str], session: Session, at: datetime) -> None:
    actor = _programme(agenda)
    register_organisation(
        session, name="Stichting Nieuw-Westgeld (voorbeeld)", kvk_number=KEEPER, legal_form="foundation",
        street="Plein ’40-’45", house_number="1", postcode="1063 KR", city="Amsterdam",
        email="stichting@voorbeeld.example", at=at,
    )  # fmt: skip
    for code in Code:
        instruments.set_up(session, code=code, keeper_kvk=KvkNumber.parse(KEEPER), actor=actor, at=at)
    for place, key in enumerate(keys):
        party = session.get_one(Party, agenda.cast[key])
        voucher = open_wallet(session, code=Code.NWE, party=party, actor=actor, at=at)
        issue(
            session, code=Code.NWE, wallet_code=voucher.code, amount=Money(20_000), reference=f"Oefening {place + 1}",
            actor=actor, at=at,
        )  # fmt: skip
        if place > 2:
            continue
        credit = open_wallet(session, code=Code.KRE, party=party, actor=actor, at=at)
        set_credit(
            session, code=Code.KRE, wallet_code=credit.code, yearly_sales=Money(1_800_000 * (place + 1)), actor=actor,
            at=at,
        )  # fmt: skip


def _pay(
    agenda: Agenda, payer: str, payee: str, cents: int, code: Code, session: Session, at: datetime
) -> None:  # fmt: skip
    wallets = [find_wallet(session, code, agenda.cast[key], live=False) for key in (payer, payee)]
    if wallets[0] and wallets[1]:
        pay(
            session, payer=wallets[0], to=wallets[1].code, amount=Money(cents), note="Werk voor elkaar",
            token=uuid5(NAMESPACE_URL, f"{code}:{payer}:{payee}:{cents}"),
            actor=agenda.actor(payer, "board", Role.BOARD), at=at,
        )  # fmt: skip


def _end(agenda: Agenda, key: str, session: Session, at: datetime) -> None:
    """The count finds what stands in the books, so that issuing goes on; somebody asks euros back."""
    there = backing(session, instrument(session, Code.NWE))
    instruments.count_backing(session, code=Code.NWE, counted=there, actor=_programme(agenda), at=at)
    wallet = find_wallet(session, Code.NWE, agenda.cast[key], live=False)
    if wallet:
        ask_refund(
            session, wallet=wallet, amount=Money(5_000), actor=agenda.actor(key, "board", Role.BOARD), at=at
        )
