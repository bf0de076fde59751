"""The demo's paper vouchers: a cooperative puts some of its trial money on paper, and a neighbour's till takes one."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.instruments.rules import Code
from ledger.vouchers.services import print_sheet, redeem
from ledger.wallets.queries import find_wallet, free

WORTH, COUNT = Money(2_50), 4


def story(agenda: Agenda) -> None:
    """Two weeks ago, after the local money began (`ledger.wallets.demo`)."""
    keys = [each["key"] for each in agenda.facts["cooperatives"] if each["verified"]][:3]
    agenda.at(agenda.day(14, 10), partial(_print, agenda, keys[1], keys[2]))


def _print(agenda: Agenda, giver: str, shop: str, session: Session, at: datetime) -> None:
    wallet = find_wallet(session, Code.NWE, agenda.cast[giver], live=False)
    if wallet is None or free(session, wallet) < Money(WORTH.minor * COUNT):
        return
    made = print_sheet(
        session, wallet=wallet, amount=WORTH, count=COUNT, last_on=local_date(at) + timedelta(days=180),
        actor=agenda.actor(giver, "board", Role.BOARD), at=at,
    )  # fmt: skip
    redeem(
        session,
        code=made.codes[0],
        party_id=agenda.cast[shop],
        actor=agenda.actor(shop, "board", Role.BOARD),
        at=at,
    )
