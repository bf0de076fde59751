from cwb.kernel.transaction import atomic
from ledger.books import services
from ledger.books.rules import Leg, Posting
from ledger.proof import queries
from ledger.proof.services import seal_transfers
import subprocess, sys, os


def test_a_posting_moves_both_balances(session, at, bank, payable, tmp_path):
    with atomic(session):
        posted = services.post(
            session, key="k1", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at
        )
    assert not posted.replayed
    with atomic(session):
        r = services.post(session, key="k1", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at)
    assert r.replayed
    with atomic(session):
        p = services.pend(session, key="k2", kind="payment", legs=[Leg(bank, -500), Leg(payable, 500)], at=at)
    with atomic(session):
        p = services.settle(session, key="k3", pending_id=p.transfer_id, at=at)
    with atomic(session):
        p = services.reverse(session, key="k4", transfer_id=p.transfer_id, at=at, note="fout")
    with atomic(session):
        services.post_batch(
            session,
            [Posting(f"b{i}", "payment", [Leg(bank, -500), Leg(payable, 500)]) for i in range(3)],
            at=at,
        )
    assert services.expire_due(session, at=at) == 0
    seal_transfers(session)
    v = queries.verdict(session)
    print(v)
    assert v.sound and v.unsealed == 0
    from ledger.proof.commands import write_csv, write_beancount

    write_csv(session, tmp_path / "x")
    write_beancount(session, tmp_path / "b")
    print((tmp_path / "b").read_text())
    print(subprocess.run([sys.executable, "recompute_chain.py"], cwd=tmp_path / "x"))
