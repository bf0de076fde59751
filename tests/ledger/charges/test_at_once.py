"""A run beside another run, a payment, and a crash: whole, once, or not at all."""

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.books.models import Transfer
from ledger.charges import queries, services
from ledger.charges.models import ChargeLine, ChargeRun
from ledger.charges.rules import Kind
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.wallets import services as wallets
from ledger.wallets.models import Wallet
from tests.conftest import AT
from tests.ledger.charges.conftest import decided
from tests.ledger.wallets.conftest import build

pytestmark = pytest.mark.slow


def test_two_runs_are_one_and_a_killed_one_is_none(at_once, build_trade, monkeypatch):
    with at_once.atomic() as session:
        circle = build(session, AT, build_trade(session, AT))
        decided(circle)
        circle.issue(circle.shop, "120.00", at=AT.replace(month=3))
        actor, shop, mine = circle.actor, circle.shop.id, circle.mine.code

    def carry_out(session):
        return services.carry_out(
            session, code=Code.NWE, kind=Kind.DEMURRAGE, total=1_40, actor=actor, at=AT
        ).wallets

    def pay(session):
        wallets.pay(
            session, payer=session.get_one(Wallet, shop), to=mine, amount=Money(1_00), note="", token=uuid4(),
            actor=actor, at=AT,
        )  # fmt: skip
        return "paid"

    def give_back(session):
        run = queries.run(session, session.scalars(select(ChargeRun.public_id)).one(), lock=True)
        services.give_back(session, run=run, reason="Verkeerd gerekend", actor=actor, at=AT)
        return "given back"

    with at_once.sessions() as session:
        before = session.scalars(select(Transfer.id)).all()
    with monkeypatch.context() as broken:
        killed = text("SELECT pg_terminate_backend(pg_backend_pid())")
        broken.setattr(services, "_note", lambda session, *_: session.execute(killed))
        assert at_once.run(carry_out) == ["OperationalError"]
    with at_once.sessions() as session:
        assert session.scalars(select(ChargeRun.id)).all() == []
        assert session.scalars(select(ChargeLine.wallet_id)).all() == []
        assert session.scalars(select(Transfer.id)).all() == before

    *runs, paid = at_once.run(carry_out, carry_out, pay)
    assert (sorted(map(str, runs)), paid) in (
        (["1", "AlreadyRun"], "paid"),
        (["PreviewOld", "PreviewOld"], "paid"),
    )
    if 1 not in runs:  # the payment came first, so less lies still
        with at_once.atomic() as session:
            services.carry_out(session, code=Code.NWE, kind=Kind.DEMURRAGE, total=1_38, actor=actor, at=AT)
    assert sorted(map(str, at_once.run(give_back, give_back))) == ["AlreadyReversed", "given back"]
    with at_once.sessions() as session:
        held = session.scalars(select(Account.posted).join(Wallet, Wallet.account_id == Account.id)).all()
        assert sum(held) == 120_00
        assert verdict(session).sound
