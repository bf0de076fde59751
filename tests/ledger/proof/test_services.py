from datetime import timedelta

import pytest
from sqlalchemy import text

from cwb.kernel.transaction import atomic
from ledger.books import services as books
from ledger.books.rules import Leg
from ledger.proof import jobs, queries, services
from ledger.proof.errors import BooksUnsound
from ledger.proof.models import Seal


@pytest.fixture
def pay(session, at, bank, payable):
    def pay(key, **more):
        with atomic(session):
            legs = [Leg(bank, 100), Leg(payable, -100)]
            return books.post(session, key=key, kind="payment", legs=legs, at=at, **more)

    return pay


def test_sealing_links_what_is_there_in_order_and_in_batches(session, pay):
    made = [pay(f"k{number}", note="huur").transfer_id for number in range(5)]
    assert queries.verdict(session).unsealed == 5
    assert [services.seal_transfers(session, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert [transfer for _, transfer, _ in queries.sealed_links(session)] == made
    found = queries.verdict(session)
    assert (found.chain, found.unsealed, found.head) == ("ok", 0, queries.chain_tip(session).hash.hex())


def test_every_kind_of_step_is_sealed_as_it_is_verified(session, at, bank, payable, pay):
    legs = [Leg(bank, 100), Leg(payable, -100)]
    intent = books.state_intent(session, kind="invoice", reference="invoice:1")
    posted = pay("k", intent_id=intent, effective_at=at - timedelta(microseconds=7))
    with atomic(session):
        pending = [
            books.pend(session, key=f"p{n}", kind="payment", legs=legs, at=at).transfer_id for n in range(2)
        ]
        books.settle(session, key="s", pending_id=pending[0], at=at)
        books.void(session, key="v", pending_id=pending[1], at=at)
        books.reverse(session, key="r", transfer_id=posted.transfer_id, at=at)
    assert services.seal_transfers(session) == 6
    assert queries.verdict(session).sound


def test_an_erased_note_leaves_the_chain_whole(session, at, pay):
    posted = pay("k", note="Huur van Fatima")
    services.seal_transfers(session)
    books.erase_note(session, transfer_id=posted.transfer_id, at=at)
    assert queries.verdict(session).sound


def test_a_head_is_published_once_a_day(session, at, pay):
    assert services.publish_head(session, at=at - timedelta(days=1)).seq == 0
    pay("k")
    head = services.publish_head(session, at=at)
    pay("l")
    jobs.publish_head(session, at + timedelta(hours=1))
    assert [each.seq for each in queries.published_heads(session)] == [1, 0]
    assert (head.seq, head.hash) == (1, session.get(Seal, 1).hash)
    jobs.seal(session)
    assert queries.verdict(session).sound


def test_after_a_restore_elsewhere_the_sealer_looks_through_everything(session, pay):
    """The horizon of another server lies ahead of this one's."""
    pay("k")
    session.execute(text("UPDATE chain_tip SET horizon = 9000000000000000"))
    assert services.seal_transfers(session) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE chain_tip SET seq = 7",
        "DELETE FROM chain_tip",
        "UPDATE chain_head SET hash = sha256('x')",
        "UPDATE chain_head SET seq = 9",
    ],
)
def test_a_false_place_or_head_is_found(session, at, pay, damage):
    pay("k")
    services.publish_head(session, at=at)
    jobs_verdict = queries.verdict(session)
    assert jobs_verdict.sound
    session.execute(
        text("ALTER TABLE chain_head DISABLE TRIGGER USER; ALTER TABLE chain_tip DISABLE TRIGGER USER")
    )
    session.execute(text(damage))
    assert queries.verdict(session).chain.startswith("broken at")


def test_the_nightly_job_fails_on_a_fault(database_url, at):
    from cwb.kernel.database import make_engine, make_sessions  # noqa: PLC0415

    engine = make_engine(database_url)
    with make_sessions(engine)() as session:
        jobs.verify(session, at)
        session.rollback()
        session.execute(text("UPDATE chain_tip SET seq = 7"))
        session.commit()
        with pytest.raises(BooksUnsound):
            jobs.verify(session, at)
    engine.dispose()
