"""Agreements through the services, and who may see them."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.identity.errors import OrganisationUnknown
from cwb.kernel.identifiers import CpvInvalid
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.agreements import errors, policy, queries
from ledger.agreements.services import end_agreement, reduce_agreements


def test_an_agreement_is_kept_whole(trade):
    made = trade.agree(trade.work(), trade.work(description="Glas"), cpv="90911300-9", g_percentage=None)
    trade.force()
    assert (made.cpv, made.line_count, made.total.plain()) == ("90911300", 2, "26000.00")
    assert made.share_of(trade.seller.id) == 10_000
    assert made.share_of(trade.buyer.id) is None
    assert queries.agreement(trade.session, made.public_id) is made


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"payment_days": 31}, errors.PaymentTermVoid),
        ({"payment_days": 0}, errors.PaymentTermWrong),
        ({"reference": " "}, errors.TextMissing),
        ({"reference": "x" * 61}, errors.TextTooLong),
        ({"title": "x" * 201}, errors.TextTooLong),
        ({"cpv": "909"}, CpvInvalid),
        ({"ends_on": date(2025, 12, 31)}, errors.EndsBeforeStart),
        ({"lines": ()}, errors.LinesMissing),
        ({"buyer_id": -1}, OrganisationUnknown),
        ({"suppliers": [(-1, 10_000)]}, OrganisationUnknown),
        ({"suppliers": []}, errors.SharesIncomplete),
        ({"reference": "C-2026-0001"}, errors.ReferenceTaken),
    ],
)
def test_a_wrong_agreement_is_refused(trade, facts, fault):
    with pytest.raises(fault):
        trade.agree(**facts)


def test_a_word_is_found_as_it_is_written_and_a_sign_is_only_a_sign(trade):
    made = trade.agree(title="Coöperatie aan het werk", reference="X-100%")

    def found(words):
        return trade.session.scalars(queries.agreements(party_id=trade.buyer.id, text=words)).all()

    for sought in (" coöperatie", "100%", "x-1"):
        assert found(sought) == [made]
    assert found("1%0") == []


def test_shares_and_parties_are_checked(trade):
    with pytest.raises(errors.SharesIncomplete):
        trade.agree(suppliers=[(trade.seller.id, 9_999)])
    with pytest.raises(errors.SupplierIsBuyer):
        trade.agree(suppliers=[(trade.buyer.id, 10_000)])
    with pytest.raises(errors.SupplierTwice):
        trade.agree(suppliers=[(trade.seller.id, 5_000), (trade.seller.id, 5_000)])


def test_other_buyers_may_agree_sixty_days(trade):
    made = trade.agree(buyer_id=trade.partner.id, payment_days=60)
    assert made.payment_days == 60
    with pytest.raises(errors.PaymentTermVoid):
        trade.agree(buyer_id=trade.partner.id, payment_days=61)


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO agreement_supplier (agreement_id, party_id, share, position) VALUES (:id, :other, 1, 2)",
        (
            "INSERT INTO agreement_line (agreement_id, position, description, unit, quantity, unit_price, vat_code) "
            "VALUES (:id, 9, 'Meer', 'HUR', 1, 1, 'standard')"
        ),
        "UPDATE agreement SET title = 'Anders' WHERE id = :id AND :other > 0",
        "UPDATE agreement SET buyer_id = :other WHERE id = :id",
        "DELETE FROM agreement WHERE id = :id AND :other > 0",
    ],
)
def test_the_database_keeps_an_agreement_as_it_is(trade, change):
    made = trade.agree()
    trade.force()
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.force(change, id=made.id, other=trade.partner.id)


def test_an_ended_agreement_stays_ended(trade):
    end_agreement(trade.session, agreement=trade.agreement, on=date(2026, 9, 1), actor_id=None, at=trade.at)
    with pytest.raises(errors.AgreementEnded):
        end_agreement(
            trade.session, agreement=trade.agreement, on=date(2026, 9, 2), actor_id=None, at=trade.at
        )
    assert trade.agreement.ended_on == date(2026, 9, 1)
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.session.execute(text("UPDATE agreement SET state = 'active', ended_on = NULL"))


def test_what_is_not_there_is_not_found(trade):
    with pytest.raises(errors.AgreementNotFound):
        queries.agreement(trade.session, uuid7())
    with pytest.raises(errors.AgreementNotFound):
        queries.agreement_by_id(trade.session, 0)
    assert queries.find_by_reference(trade.session, "nergens") is None


def test_parties_and_auditors_see_it(trade):
    def sees(role, organisation_id):
        actor = Actor(1, "Voorbeeld", organisation_id, "", frozenset({role}))
        return policy.may(actor, policy.SEE, trade.agreement)

    assert sees(Role.MEMBER, trade.seller.id)
    assert sees(Role.PURCHASER, trade.buyer.id)
    assert sees(Role.AUDITOR, None)
    assert not sees(Role.MEMBER, trade.partner.id)
    assert not sees(Role.PURCHASER, None)
    assert not sees(Role.PROGRAMME, trade.buyer.id)


def test_a_framework_sets_prices_and_is_not_invoiced_itself(trade):
    framework = trade.agree(on_order=True)
    assert framework.takes_invoices is False
    with pytest.raises(errors.AgreementOnOrder):
        trade.draft()


def test_nor_does_the_database_take_an_invoice_on_a_framework(trade):
    trade.draft()
    trade.session.execute(text("ALTER TABLE agreement DISABLE TRIGGER USER"))
    trade.session.execute(text("UPDATE agreement SET on_order = true"))
    copied = (
        "INSERT INTO invoice SELECT (jsonb_populate_record(i, jsonb_build_object('id', 0))).* FROM invoice i"
    )
    with pytest.raises(DatabaseError, match="a framework is not invoiced itself"):
        trade.session.execute(
            text(copied.replace("INSERT INTO invoice", "INSERT INTO invoice OVERRIDING SYSTEM VALUE"))
        )


def test_a_reduced_agreement_is_worth_less_for_each_and_never_less_than_nothing(trade):
    agreement, most = trade.agreement, trade.agreement.total.minor
    reduce_agreements(
        trade.session, agreement_ids=[agreement.id], by=Money(most // 2), actor_id=None, at=trade.at
    )
    parts = [agreement.part_of(each.party_id).minor for each in agreement.suppliers]
    assert (sum(parts), agreement.reduced) == (most - most // 2, most // 2)
    for off in (0, most):
        with pytest.raises(ValueError, match=str(off)):
            agreement.reduce(off)
    for wrong in (agreement.reduced - 1, most + 1):
        with pytest.raises(DatabaseError, match="step by step"), trade.session.begin_nested():
            trade.session.execute(text(f"UPDATE agreement SET reduced = {wrong}"))
