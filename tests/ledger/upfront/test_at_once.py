"""Two at the same moment never use more than stands upfront."""

from ledger.upfront import queries, services
from tests.ledger.upfront.conftest import Upfront


def test_two_invoices_at_once_share_what_there_is(at_once, build_trade, at):
    with at_once.atomic() as session:
        made = Upfront(build_trade(session, at))
        made.book("-200.00")
        held = [made.invoice(number) for number in ("2026-101", "2026-102")]
        total, sender, buyer, actor = held[0].total, made.sender, made.buyer.id, made.actor
        assert total < 20_000 < 2 * total

    def pays(invoice):
        def act(session):
            return services.set_off(
                session, sender=sender.public_id, invoice=invoice, party_id=buyer, actor=actor, at=at
            ).amount

        return act

    answers = at_once.run(*map(pays, held))
    assert sorted(answers) == [20_000 - total, total]
    with at_once.sessions() as session:
        assert queries.supplier(session, sender.public_id, buyer).free == 0
