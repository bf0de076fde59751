"""Purchase lines through the services: recorded once, counted once, corrected openly."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.identity.rules import Side
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.corrections.services import code_exclusion, correct_line
from ledger.exports import queries as exports
from ledger.exports.gateway import export as public_export
from ledger.figure.rules import recompute
from ledger.identities.services import link_supplier
from ledger.invoicing.services import credit_invoice
from ledger.rollups import queries as rollups
from ledger.spend import errors, queries
from ledger.spend.models import SpendLine
from ledger.spend.queries import Wanted
from ledger.spend.rules import Kind, Source
from ledger.suppliers.services import party_supplier

Q3 = Period.parse("2026-Q3")


def kinds(session, anchor):
    rows = session.execute(
        select(
            SpendLine.kind, func.count(), func.sum(SpendLine.net_amount * SpendLine.weight * SpendLine.weight)
        )
        .where(SpendLine.anchor_id == anchor.id)
        .group_by(SpendLine.kind)
    )
    return {kind.value: (count, int(total)) for kind, count, total in rows}


def counted(session, anchor):
    return [
        (each.amount, each.lines, each.standing.value, each.exclusion)
        for each in rollups.purchases(session, Q3, area_pack())
        if each.anchor == str(anchor.public_id)
    ]


def test_the_same_lines_twice_add_nothing(session, spend):
    lines = [spend.line("A", "100.00"), spend.line("B", "-20.00"), spend.line("A", "100.00")]
    first = spend.record(*lines)
    assert (first.added, first.duplicates, first.total) == (3, 0, Money.of("180.00"))
    again = spend.record(*lines)
    assert (again.added, again.duplicates) == (0, 3)
    more = spend.record(*lines, spend.line("A", "100.00"))
    assert (more.added, more.duplicates) == (1, 3)
    assert kinds(session, spend.anchor) == {"booked": (4, 28_000)}
    assert spend.record(*lines, anchor=spend.other).added == 3


def test_a_changed_field_makes_another_line(session, spend):
    spend.record(spend.line("A", "100.00"))
    for change in (
        {"description": "x"},
        {"cpv": Cpv("90910000")},
        {"supplier_code": "7"},
        {"on": date(2026, 8, 2)},
    ):
        assert spend.record(spend.line("A", "100.00", **change)).added == 1


def test_only_an_anchor_has_lines(spend, make_organisation):
    with pytest.raises(errors.NotAnAnchor):
        spend.record(spend.line("A", "1.00"), anchor=make_organisation())


def test_a_line_without_a_date_is_outside_every_period(session, spend):
    spend.record(spend.line("A", "100.00", on=None))
    assert counted(session, spend.anchor) == []
    assert kinds(session, spend.anchor) == {"booked": (1, 10_000)}


def test_attack_08_a_late_credit_note_that_names_its_original_restates_its_period(session, spend):
    spend.record(
        spend.line("A", "100.00", "F1", date(2026, 9, 30)),
        spend.line("A", "-30.00", "C1", date(2026, 10, 5), credits_document="f 1"),
        spend.line("A", "-5.00", "C2", date(2026, 10, 5)),
    )
    assert counted(session, spend.anchor) == [(7_000, 2, "unknown", None)]
    spend.record(spend.line("A", "-10.00", "C3", date(2027, 1, 5), credits_document="F1"))
    assert counted(session, spend.anchor) == [(6_000, 3, "unknown", None)]


def test_what_is_proven_on_the_invoice_date_decides(session, spend):
    early, late = (
        spend.line("A", "100.00", "1", date(2026, 7, 1)),
        spend.line("A", "50.00", "2", date(2026, 9, 1)),
    )
    spend.record(early, late)
    spend.prove(early, "local", valid_from=date(2026, 8, 1))
    assert sorted(counted(session, spend.anchor)) == [(5_000, 1, "local", None), (10_000, 1, "unknown", None)]
    spend.prove(early, "not_local", valid_from=date(2026, 9, 1))
    assert sorted(counted(session, spend.anchor)) == [
        (5_000, 1, "not_local", None),
        (10_000, 1, "unknown", None),
    ]


def test_a_branch_counts_for_its_contract_alone(session, spend):
    mine, plain = spend.line("A", "100.00", "1", contract_reference="C-1"), spend.line("A", "50.00", "2")
    spend.record(mine, plain)
    spend.prove(mine, "not_local")
    spend.prove(mine, "local", kind="establishment", contract_reference="C-1", worker_count=1)
    assert sorted(counted(session, spend.anchor)) == [
        (5_000, 1, "not_local", None),
        (10_000, 1, "local", None),
    ]


def test_exclusions_are_checked_and_audited(session, spend, make_user):
    with pytest.raises(errors.ExclusionNotAnchor):
        spend.record(spend.line("Gewoon", "10.00", exclusion="X6"))
    spend.record(
        spend.line("Belasting", "10.00", exclusion="X2"),
        spend.line(
            "Andere koper", "20.00", exclusion="X6", supplier_kvk_number=KvkNumber(spend.other.kvk_number)
        ),
    )
    assert sorted(counted(session, spend.anchor)) == [
        (1_000, 1, "unknown", "X2"),
        (2_000, 1, "unknown", "X6"),
    ]
    actions = session.scalars(select(AuditRecord.action).where(AuditRecord.action == "spend.recorded")).all()
    assert len(actions) == 1


def test_coding_a_line_is_a_reversal_and_a_new_row(session, spend, make_user):
    user = make_user()
    spend.record(spend.line("A", "100.00"))
    line = session.scalars(select(SpendLine)).one()
    new = code_exclusion(session, line=line, code="X4", reason="subsidie", actor_id=user.id, at=spend.at)
    assert kinds(session, spend.anchor) == {
        "booked": (1, 10_000),
        "reversal": (1, -10_000),
        "correction": (1, 10_000),
    }
    assert [(a, n, x) for a, n, _, x in counted(session, spend.anchor)] == [(10_000, 1, "X4")]
    loaded = queries.line(session, new.public_id, anchor_id=spend.anchor.id)
    back = code_exclusion(session, line=loaded, code=None, reason="toch niet", actor_id=user.id, at=spend.at)
    assert back.exclusion is None
    assert [row[0] for row in session.execute(queries.lines(Wanted(period=Q3)))] == [back]
    assert len(queries.history(session, line)) == 5
    assert spend.record(spend.line("A", "100.00")).added == 0


def test_corrections_that_cannot_be_change_nothing(session, spend, make_user):
    user = make_user()
    spend.record(spend.line("A", "100.00"))
    line = session.scalars(select(SpendLine)).one()
    line = queries.line(session, line.public_id, anchor_id=None)
    facts = {"line": line, "actor_id": user.id, "at": spend.at}
    for error, change in (
        (errors.ExclusionUnknown, {"code": "X8", "reason": "x"}), (errors.ExclusionNotAnchor, {"code": "X6", "reason": "x"}),
        (errors.ReasonMissing, {"code": "X1", "reason": " "}), (errors.LineUnchanged, {"code": None, "reason": "x"}),
    ):  # fmt: skip
        with pytest.raises(error):
            code_exclusion(session, **facts, **change)
    with pytest.raises(TypeError):
        correct_line(session, **facts, reason="x", anchor_id=1)
    correct_line(session, **facts, reason="tikfout", net_amount=1_000)
    with pytest.raises(errors.LineReplaced):
        correct_line(session, **facts, reason="nog eens", net_amount=2_000)
    assert counted(session, spend.anchor) == [(1_000, 1, "unknown", None)]


def test_attack_18_lines_are_only_added_to(session, spend):
    spend.record(spend.line("A", "100.00"))
    for statement in (
        "UPDATE spend_line SET net_amount = 1",
        "DELETE FROM spend_line",
        "TRUNCATE spend_line",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert kinds(session, spend.anchor) == {"booked": (1, 10_000)}


def test_a_supplier_that_turns_out_to_report_is_no_third_party(session, spend):
    line = spend.line("Andere koper", "100.00")
    spend.record(line)
    supplier = spend.supplier(line)
    link_supplier(session, supplier=supplier, party=spend.other, reason="zelfde", actor_id=None, at=spend.at)
    assert (10_000, 1, "unknown", "X6") in counted(session, spend.anchor)
    spend.record(spend.line("Andere koper", "40.00", "2"))
    assert sum(a for a, _, _, x in counted(session, spend.anchor) if x == "X6") == 14_000
    assert sum(a for a, _, _, x in counted(session, spend.anchor) if x is None) == 0


def test_a_line_that_turns_out_to_be_an_invoice_made_here_counts_once(session, spend, trade):
    invoice = trade.approve(trade.send())
    same = spend.line("Onder een andere naam", "325.00", invoice.number, on=invoice.issued_on)
    other = spend.line("Onder een andere naam", "40.00", "X-1", on=invoice.issued_on)
    spend.record(same, other, anchor=trade.buyer)

    def counted_now():
        return sum(row[0].net_amount for row in session.execute(queries.lines(Wanted())))

    assert counted_now() == 32_500 + 32_500 + 4_000, "by name alone nobody can tell"
    link = {
        "supplier": spend.supplier(same, trade.buyer),
        "reason": "zelfde",
        "actor_id": None,
        "at": trade.at,
    }
    for _again in range(2):
        link_supplier(session, party=trade.seller, **link)
        assert counted_now() == 32_500 + 4_000
        link_supplier(session, party=None, **link)
        assert counted_now() == 32_500 + 32_500 + 4_000, "the link undone, it counts again"
    assert rollups.verify(session).differences == 0


def test_an_approved_invoice_becomes_a_line(session, trade):
    invoice = trade.approve(trade.send())
    line = session.scalars(select(SpendLine)).one()
    assert (line.source, line.kind, line.net_amount, line.period_on) == (
        Source.INVOICE,
        Kind.BOOKED,
        32_500,
        invoice.issued_on,
    )
    assert (line.document_number, line.category, line.contract_reference) == (
        invoice.number,
        "cleaning",
        trade.agreement.reference,
    )
    assert (line.contract_starts_on, line.contract_ends_on) == (date(2026, 1, 1), date(2027, 12, 31))
    assert line.supplier_id == party_supplier(session, organisation=trade.seller, at=trade.at).id


def recorded(spend_line, trade, euros, number, **facts):
    return spend_line(
        trade.seller.name, euros, number, supplier_kvk_number=KvkNumber(trade.seller.kvk_number), **facts
    )


def test_the_ledgers_own_line_of_that_invoice_is_counted_once(session, trade, spend):
    invoice = trade.approve(trade.send())
    done = spend.record(
        recorded(spend.line, trade, "300.00", f" {invoice.number.lower()}"), recorded(spend.line, trade, "25.00", invoice.number),
        anchor=trade.buyer,
    )  # fmt: skip
    assert (done.added, done.linked, done.conflicts) == (2, 2, 0)
    assert sum(a for a, _, _, _ in counted(session, trade.buyer)) == 32_500
    supplier = spend.supplier(recorded(spend.line, trade, "25.00", invoice.number), trade.buyer)
    assert supplier.party_id == trade.seller.id


def test_another_amount_is_a_conflict_for_a_person(session, trade, spend):
    invoice = trade.approve(trade.send())
    done = spend.record(recorded(spend.line, trade, "400.00", invoice.number), anchor=trade.buyer)
    assert (done.linked, done.conflicts) == (0, 1)
    assert sum(a for a, _, _, _ in counted(session, trade.buyer)) == 32_500
    waiting = session.execute(queries.lines(Wanted(kind=Kind.CONFLICT))).all()
    assert [row[0].net_amount for row in waiting] == [40_000]


def test_a_ledger_that_was_earlier_keeps_counting(session, trade, spend):
    sent = trade.send()
    line = recorded(spend.line, trade, "325.00", sent.number)
    spend.record(line, anchor=trade.buyer)
    assert spend.supplier(line, trade.buyer).party_id is None
    trade.approve(sent)
    assert sum(a for a, _, _, _ in counted(session, trade.buyer)) == 32_500
    assert kinds(session, trade.buyer) == {"booked": (1, 32_500), "same": (1, 0)}
    session.expire_all()
    assert spend.supplier(line, trade.buyer).party_id == trade.seller.id


def test_somebody_elses_document_with_the_same_number_is_no_match(session, trade, spend):
    invoice = trade.approve(trade.send())
    done = spend.record(spend.line("Iemand anders", "325.00", invoice.number), anchor=trade.buyer)
    assert (done.linked, done.conflicts) == (0, 0)


def test_a_credit_note_made_here_counts_negative(session, trade):
    invoice = trade.approve(trade.send())
    quantities = {invoice.lines[0].id: invoice.lines[0].quantity}
    note = credit_invoice(
        session, invoice=invoice, quantities=quantities, reason="te veel", actor=trade.member, at=trade.at
    )
    lines = session.scalars(select(SpendLine).order_by(SpendLine.id)).all()
    if len(lines) == 1:  # the credit note still waits for its approval
        trade.approve(note)
        lines = session.scalars(select(SpendLine).order_by(SpendLine.id)).all()
    assert [line.net_amount for line in lines] == [32_500, -32_500]


def test_the_export_of_a_period_recomputes_and_is_kept_until_something_changes(session, spend):
    area = area_pack()
    spend.some("local", 6, "100.00", cpv=Cpv("90910000"))
    spend.some("not_local", 9, "100.00", cpv=Cpv("90910000"))
    found = public_export(session, Q3, area)
    assert found["figures"]["local_supplier_share"]["total"]["lo"] == "0.4000"
    assert found["figures"]["local_supplier_share"]["total"]["publishable"] is True
    assert found["figures"]["local_supplier_share"]["variants"]["without_fa"]["lo"] == "0.4000"
    assert recompute(found) == []
    assert public_export(session, Q3, area) is found
    spend.record(spend.line("unknown", "500.00", "x"))
    changed = public_export(session, Q3, area)
    assert changed is not found
    assert changed["hash"] != found["hash"]
    assert [str(q) for q in rollups.quarters(session)] == ["2026-Q3"]


def test_a_period_is_compared_with_the_one_before(session, spend):
    def half(name, amount, *months):
        for month in months:
            spend.some(name, 6, amount, on=date(2026, month, 1))

    half("local", "100.00", 5)
    half("not_local", "100.00", 5)
    half("local", "150.00", 7)
    half("not_local", "100.00", 7)
    change = public_export(session, Q3, area_pack())["figures"]["change"]
    assert (change["from"], change["lo"]) == ("2026-Q2", None), "no change from or to half a quarter"
    half("local", "100.00", 6)
    half("not_local", "100.00", 6)
    half("local", "150.00", 8)
    half("not_local", "100.00", 8)
    found = public_export(session, Q3, area_pack())
    assert found["figures"]["change"]["lo"]["change"] == "0.1000"
    assert (
        found["previous"]["hash"] == public_export(session, Period.parse("2026-Q2"), area_pack())["rows_hash"]
    )
    assert public_export(session, Period.parse("2026"), area_pack())["figures"]["change"] is None
    assert exports.before(Period.parse("2026-07-01/2026-07-02")) is None
    assert recompute(found) == []


def test_an_organisation_that_is_gone_from_the_anchors_is_still_named(session, make_organisation, spend):
    assert rollups.quarters(session) == []
    assert make_organisation(Side.ANCHOR).anchor_type
    with pytest.raises(errors.LineUnknown):
        queries.line(session, "rubbish", anchor_id=None)
    with pytest.raises(errors.LineUnknown):
        queries.line(session, "00000000-0000-0000-0000-000000000000", anchor_id=1)


def test_filters_narrow_the_list(session, spend):
    spend.record(
        spend.line("Café", "10.00", cpv=Cpv("55500000")), spend.line("Tuin", "20.00", exclusion="X2")
    )
    assert queries.sums(session, Wanted()) == (2, 3_000)
    assert queries.sums(
        session, Wanted(text="cafe", category="catering", period=Q3, anchor_id=spend.anchor.id)
    ) == (1, 1_000)
    assert queries.sums(session, Wanted(exclusion="X2")) == (1, 2_000)
    assert queries.sums(session, Wanted(anchor_id=spend.other.id)) == (0, 0)


def test_a_narrowed_list_knows_its_suppliers_when_they_are_few_and_holds_the_same_lines(
    session, spend, monkeypatch
):
    codes = {"X2": 3, "X3": 2}
    spend.record(
        *(
            spend.line(f"{code} {i}", "10.00", exclusion=code)
            for code, many in codes.items()
            for i in range(many)
        ),
        spend.line("X2 0", "5.00", "nog een", exclusion="X2"),
    )
    asked = Wanted(period=Q3, anchor_id=spend.anchor.id, exclusion="X2")
    for most in (3, 2):
        monkeypatch.setattr(queries, "MOST_NAMED", most)
        statement, sums = queries.listing(session, asked)
        found = session.scalars(statement).all()
        assert (sums, len(found), {each.exclusion for each in found}) == ((4, 3_500), 4, {"X2"})
        few = rollups.totals(session, asked.narrowed, most).suppliers
        assert (few is None) == (most == 2)
    assert rollups.totals(session, asked.narrowed).suppliers is None, "nobody asked"
    monkeypatch.setattr(rollups, "MOST_SUMS", 2)
    assert rollups.totals(session, asked.narrowed, 3).suppliers is None, "too many sums"
    assert rollups.totals(session, replace(asked, exclusion="X7").narrowed, 3) == (0, 0, [])
