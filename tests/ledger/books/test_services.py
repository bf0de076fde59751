import pytest
from cwb.kernel.transaction import atomic
from ledger.books import services
from ledger.books.errors import *
from ledger.books.rules import Leg, Posting


def test_a_posting_moves_both_balances(session, at, bank, payable):
    with atomic(session):
        posted = services.post(
            session, key="k1", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at
        )
    assert not posted.replayed
    with atomic(session):
        r = services.post(session, key="k1", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at)
    assert r.replayed and r.public_id == posted.public_id
    with atomic(session):
        p = services.pend(session, key="k2", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at)
    with atomic(session):
        p = services.settle(session, key="k3", pending_id=p.transfer_id, at=at)
    with atomic(session):
        p = services.reverse(session, key="k4", transfer_id=p.transfer_id, at=at, note="fout")
    with atomic(session):
        print(
            services.post_batch(
                session,
                [Posting(f"b{i}", "payment", [Leg(bank, -500), Leg(payable, 500)]) for i in range(3)],
                at=at,
            )
        )
    assert services.expire_due(session, at=at) == 0
