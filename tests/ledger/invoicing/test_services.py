"""Invoices through the services, on a real database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from cwb.notifications.models import Mail
from ledger.accounts.models import Account
from ledger.agreements.errors import AgreementEnded, LinesMissing, NotASupplier, TextTooLong
from ledger.agreements.services import end_agreement
from ledger.invoicing import errors, queries, services
from ledger.vat import errors as vat_errors


def balance(trade, party, role):
    return trade.session.scalar(
        select(func.coalesce(func.sum(Account.posted), 0)).where(
            Account.party_id == party.id, Account.role == role
        )
    )


def test_a_contract_becomes_money_in_both_books(trade):
    sent = trade.send()
    assert (sent.number, sent.net.plain(), sent.vat.plain(), sent.total.plain()) == (
        "2026-0001", "325.00", "68.25", "393.25",
    )  # fmt: skip
    assert (sent.issued_on, sent.due_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert sent.payment_reference == "RF3120260001"
    assert sent.seller_facts["vat_id"] == trade.seller.vat_id
    assert [balance(trade, trade.seller, r) for r in ("receivable", "revenue", "vat_output")] == [
        39325,
        -32500,
        -6825,
    ]
    assert balance(trade, trade.buyer, "payable") == 0
    approved = trade.approve(sent)
    assert approved.state == "approved"
    assert [balance(trade, trade.buyer, r) for r in ("payable", "expense", "vat_input")] == [
        -39325,
        32500,
        6825,
    ]
    trade.pay(approved)
    paid = queries.locked(trade.session, sent.id)
    assert (paid.state, paid.paid_on, paid.open.minor) == ("paid", date(2026, 9, 1), 0)
    assert [balance(trade, trade.seller, r) for r in ("receivable", "bank")] == [0, 39325]
    assert [balance(trade, trade.buyer, r) for r in ("payable", "bank")] == [0, -39325]
    trade.session.commit()


def test_mail_goes_to_the_people_and_never_twice(trade):
    trade.send()
    found = trade.session.scalars(select(Mail.key).order_by(Mail.id)).all()
    keys = [key for key in found if key and key.startswith("invoice:")]
    assert len(keys) == 2
    assert len(set(keys)) == 2


def test_an_organisation_without_people_is_written_at_its_own_address(trade):
    trade.session.execute(
        text("UPDATE mandate SET ended_at = now() WHERE organisation_id = :id"), {"id": trade.buyer.id}
    )
    trade.send()
    assert trade.session.scalar(select(Mail.recipient).where(Mail.key.like("invoice:%"))) == trade.buyer.email


def test_a_draft_can_be_changed_and_thrown_away(trade):
    draft = trade.draft("10")
    changed = services.change_draft(
        trade.session, invoice=draft, agreement=trade.agreement, at=trade.at, note="Augustus", order_reference="PO 7",
        quantities={trade.agreement.lines[0].id: Decimal("12.5")}, delivered_from=date(2026, 8, 1),
        delivered_until=date(2026, 8, 15),
    )  # fmt: skip
    assert (changed.net.plain(), changed.note, len(changed.lines)) == ("406.25", "Augustus", 1)
    services.discard_draft(trade.session, invoice=changed)
    with pytest.raises(errors.InvoiceNotFound):
        queries.invoice_by_id(trade.session, draft.id)
    with pytest.raises(errors.InvoiceNotFound):
        queries.invoice(trade.session, draft.public_id)
    with pytest.raises(errors.InvoiceNotFound):
        queries.locked(trade.session, draft.id)


def test_a_sent_invoice_is_neither_changed_nor_sent_again(trade):
    sent = trade.send()
    for act in (
        lambda: trade.send(sent),
        lambda: services.discard_draft(trade.session, invoice=sent),
        lambda: services.change_draft(
            trade.session, invoice=sent, agreement=trade.agreement, at=trade.at, quantities={},
            delivered_from=date(2026, 8, 1), delivered_until=date(2026, 8, 1),
        ),
    ):  # fmt: skip
        with pytest.raises(errors.NotADraft):
            act()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoice SET note = 'anders'",
        "UPDATE invoice SET total_amount = total_amount + 1, net_amount = net_amount + 1",
        "UPDATE invoice SET state = 'draft'",
        "UPDATE invoice SET state = 'paid'",
        "UPDATE invoice SET paid_amount = 1",
        "DELETE FROM invoice",
        "UPDATE invoice_line SET description = 'anders'",
        "DELETE FROM invoice_line",
        "DELETE FROM invoice_vat",
        "INSERT INTO invoice_vat SELECT id, 'S', 9, 0, 0 FROM invoice",
        "UPDATE invoice_step SET note = 'anders'",
        "DELETE FROM invoice_step",
        "TRUNCATE invoice CASCADE",
        "UPDATE agreement SET payment_days = 14",
        "UPDATE agreement_line SET unit_price = 1",
        "DELETE FROM agreement_supplier",
        "UPDATE number_series SET next_number = next_number + 2",
        "UPDATE number_series SET next_number = next_number - 1",
        "DELETE FROM number_series",
    ],
)
def test_the_database_keeps_what_was_sent(trade, change):
    trade.send()
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.session.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoice_line SET quantity = 20, net_amount = 65000",
        "UPDATE invoice SET vat_amount = vat_amount - 1, total_amount = total_amount - 1",
        "DELETE FROM invoice_vat",
        "INSERT INTO invoice_vat SELECT id, 'S', 9, 0, 0 FROM invoice; UPDATE invoice_line SET percent = 9",
    ],
)
def test_the_database_refuses_to_send_what_does_not_add_up(trade, change):
    draft = trade.draft()
    trade.session.execute(text(change))
    facts = {
        "id": draft.id,
        "state": "sent",
        "number": "1",
        "prefix": "",
        "mark": "x",
        "on": date(2026, 9, 1),
    }
    with pytest.raises(DatabaseError, match="does not add up"), trade.session.begin_nested():
        trade.force(
            "UPDATE invoice SET state = :state, number = :number, series_prefix = :prefix, series_number = 1, "
            "payment_reference = :mark, issued_on = :on, due_on = :on, sent_at = now(), seller_facts = '{}', "
            "buyer_facts = '{}' WHERE id = :id",
            **facts,
        )


def test_the_database_takes_no_invoice_that_does_not_start_as_a_draft(trade):
    trade.draft()
    columns = trade.session.scalar(
        text("SELECT string_agg(column_name, ',') FROM information_schema.columns WHERE table_name = 'invoice' "
             "AND column_name NOT IN ('id', 'public_id', 'state', 'total_amount', 'net_amount')")
    )  # fmt: skip
    statement = (
        f"INSERT INTO invoice (public_id, state, total_amount, net_amount, {columns}) "
        f"SELECT gen_random_uuid(), 'sent', total_amount, net_amount, {columns} FROM invoice"
    )
    with pytest.raises(DatabaseError, match="starts as a draft"), trade.session.begin_nested():
        trade.session.execute(text(statement))


def test_numbers_follow_each_other_and_start_again_with_the_year(trade):
    assert [trade.send().number for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    later = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    assert trade.send(at=later).number == "2027-0001"


def test_vat_is_counted_once_per_rate(trade):
    trade.agree(
        trade.work(unit_price=Decimal("1.02")),
        trade.work(unit_price=Decimal("1.02")),
        trade.work(unit_price=Decimal("1.02")),
    )
    quantities = {line.id: Decimal(1) for line in trade.agreement.lines}
    sent = trade.send(quantities=quantities)
    assert (sent.net.minor, sent.vat.minor) == (306, 64)


def test_the_rate_is_that_of_the_supply(trade):
    trade.agree(trade.work(vat="reduced"), starts_on=date(2018, 1, 1))
    old = trade.draft(delivered_from=date(2018, 12, 1), delivered_until=date(2018, 12, 31))
    assert old.vat_lines[0].percent == 6
    with pytest.raises(vat_errors.VatRateChanges):
        trade.draft(delivered_from=date(2018, 12, 1), delivered_until=date(2019, 1, 1))


def test_only_lines_of_the_agreement_are_invoiced(trade):
    first = trade.agreement.lines[0].id
    trade.agree()
    with pytest.raises(errors.LineOfOtherAgreement):
        trade.draft(quantities={first: Decimal(1)})
    with pytest.raises(LinesMissing):
        trade.draft(quantities={})
    with pytest.raises(LinesMissing):
        trade.draft("0")


def test_only_suppliers_invoice_and_only_while_it_runs(trade):
    with pytest.raises(NotASupplier):
        trade.draft(seller_id=trade.partner.id)
    draft = trade.draft()
    end_agreement(trade.session, agreement=trade.agreement, on=date(2026, 9, 1), actor_id=None, at=trade.at)
    with pytest.raises(AgreementEnded):
        trade.draft()
    with pytest.raises(AgreementEnded):
        trade.send(draft)


def test_long_texts_are_refused_at_their_field(trade):
    for name, length in (
        ("buyer_reference", 61),
        ("order_reference", 61),
        ("note", 2001),
        ("exemption_reason", 201),
    ):
        with pytest.raises(TextTooLong) as caught:
            trade.draft(**{name: "ي" * length})
        assert caught.value.field == name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("kvk_number", errors.SellerKvkMissing),
        ("iban", errors.SellerIbanMissing),
        ("vat_id", vat_errors.SellerVatIdMissing),
    ],
)
def test_a_seller_without_a_needed_number_cannot_send(trade, change, fault):
    setattr(trade.seller, change, None)
    with pytest.raises(fault):
        trade.send()


def test_a_reverse_charge_needs_the_buyers_vat_id(trade):
    trade.agree(trade.work(vat="reverse_charge"))
    with pytest.raises(vat_errors.BuyerVatIdMissing):
        trade.send()


def test_an_exempt_invoice_says_why(trade):
    trade.seller.vat_id = None
    trade.agree(trade.work(vat="exempt"))
    with pytest.raises(vat_errors.ExemptionReasonMissing):
        trade.send()
    sent = trade.send(exemption_reason="Kleineondernemersregeling")
    assert (sent.vat.minor, sent.total.minor) == (0, 32500)


def test_an_invoice_without_any_reference_is_not_sent(trade):
    draft = trade.draft()
    draft.contract_reference = ""
    with pytest.raises(errors.ReferenceMissing):
        trade.send(draft)


def test_nothing_is_not_sent(trade):
    trade.agree(trade.work(unit_price=Decimal(0)))
    with pytest.raises(errors.NothingToPay):
        trade.send()


def test_a_refused_sending_uses_no_number(trade):
    trade.agree(trade.work(unit_price=Decimal(0)))
    with pytest.raises(errors.NothingToPay):
        trade.send()
    trade.agree()
    assert trade.send().number == "2026-0001"


def test_members_of_a_joint_agreement_invoice_their_part(trade):
    trade.agree(suppliers=[(trade.seller.id, 6667), (trade.partner.id, 3333)])
    assert trade.agreement.part_of(trade.seller.id).minor == 866710
    assert trade.agreement.part_of(trade.partner.id).minor == 433290
    assert trade.agreement.part_of(trade.buyer.id).minor == 0
    one = trade.send()
    draft = trade.draft("5", seller_id=trade.partner.id, actor=trade.partner_member)
    other = services.send_invoice(
        trade.session, invoice=draft, agreement=trade.agreement, actor=trade.partner_member, at=trade.at
    )
    assert one.number == other.number == "2026-0001"  # each its own series
    line = trade.agreement.lines[0].id
    assert queries.used(trade.session, trade.agreement.id)[line].quantity == 15
    assert (
        queries.used(trade.session, trade.agreement.id, seller_id=trade.partner.id)[line].net.minor == 16250
    )
    assert line not in queries.used(
        trade.session, trade.agreement.id, seller_id=trade.seller.id, besides=one.id
    )


def test_lists_show_each_side_its_own(trade):
    trade.draft()
    sent = trade.send()
    today = date(2026, 11, 1)

    def found(**facts):
        wanted = queries.Wanted(**facts)
        rows = trade.session.scalars(queries.invoices(wanted, today)).all()
        return [(row.state, row.number) for row in rows]

    assert len(found(party_id=trade.seller.id)) == 2
    assert found(party_id=trade.buyer.id) == [("sent", "2026-0001")]
    assert found(party_id=trade.partner.id) == []
    assert found(party_id=None) == [("sent", "2026-0001")]
    assert found(party_id=trade.seller.id, side="buyer") == []
    assert found(party_id=trade.seller.id, side="seller", state="draft") == [("draft", None)]
    assert found(party_id=trade.buyer.id, state="overdue") == [("sent", "2026-0001")]
    assert found(party_id=trade.buyer.id, state="open") == [("sent", "2026-0001")]
    assert found(party_id=trade.buyer.id, text=sent.payment_reference) == [("sent", "2026-0001")]
    assert found(party_id=trade.buyer.id, text="nergens") == []
    assert found(party_id=trade.buyer.id, first=date(2026, 9, 2)) == []
    assert found(party_id=trade.buyer.id, last=date(2026, 8, 31)) == []
    assert found(party_id=trade.buyer.id, agreement_id=trade.agreement.id, state="raar") == [
        ("sent", "2026-0001")
    ]
