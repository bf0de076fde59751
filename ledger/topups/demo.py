"""The demo's top-ups: the foundation takes practice payments, and somebody filled the float."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.checkout.services import open_till
from ledger.instruments.queries import find_instrument
from ledger.instruments.rules import Code
from ledger.topups.services import fill_float


def story(agenda: Agenda) -> None:
    """A month ago, after the local money began (`ledger.wallets.demo`)."""
    agenda.at(agenda.day(30, 10), partial(_open, agenda))


def _open(agenda: Agenda, session: Session, at: datetime) -> None:
    found = find_instrument(session, Code.NWE)
    if found is None:
        return
    open_till(session, organisation_id=found.keeper_id, account="acct_practicemoney", at=at)
    fill_float(
        session, code=Code.NWE, amount=Money(1_000_00), given=True, reference="Oefening pot",
        actor=agenda.actor("programma", "programme", Role.PROGRAMME), at=at,
    )  # fmt: skip
