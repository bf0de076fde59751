"""A quarter that comes again in another layout: nothing is counted twice, and people decide."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided, ConflictUnknown
from ledger.conflicts.models import SpendDecision
from ledger.conflicts.services import decide, decide_file
from ledger.corrections.services import undo_import
from ledger.remarks.queries import to_tell
from ledger.repeats.queries import comes_back
from ledger.rollups.queries import verify
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import File, Handed
from ledger.spend.services import record_rows
from ledger.uploads.queries import effects
from tests.ledger.spend.conftest import purchase

ALFA = purchase("Alfa BV", "100.00", "F1", date(2026, 7, 1))
BETA = purchase("Beta BV", "50.00", "F2", date(2026, 7, 2))
MORE = replace(ALFA, description="Schoonmaak")


@pytest.fixture
def book(session, spend):
    def book(*lines, name="a.csv"):
        done = record_rows(
            session,
            anchor=spend.anchor,
            rows=Handed(lines),
            file=File(name, name),
            actor_id=None,
            at=spend.at,
        )
        return session.get_one(SpendImport, done.import_id), done

    return book


@pytest.fixture
def counts(session):
    def counts():
        assert verify(session).differences == 0
        return session.scalar(
            select(func.coalesce(func.sum(SpendLine.net_amount), 0)).where(SpendLine.weight != 0)
        )

    return counts


@pytest.fixture
def person(make_user):
    return make_user()


@pytest.fixture
def take_back(session, spend):
    def take_back(made):
        """Take a file back; what was announced of it is what happens, to the cent."""
        counted = select(func.coalesce(func.sum(SpendLine.net_amount), 0)).where(SpendLine.weight != 0)
        before = session.scalar(counted)
        gone = sum(each.net for each in effects(session, made.id))
        back = sum(net for _, _, net in comes_back(session, made.anchor_id, made.id))
        undo_import(session, made=made, reason="verkeerd", actor_id=None, at=spend.at)
        assert session.scalar(counted) - before == back - gone

    return take_back


@pytest.fixture
def say(session, spend, person):
    def say(made, *, same):
        return decide_file(
            session, anchor=spend.anchor, file=made.public_id, same=same, reason="zelfde export", actor_id=person.id,
            at=spend.at,
        )  # fmt: skip

    return say


def undecided(session):
    export = {"figures": {"local_supplier_share": {"total": {"publishable": True, "why": ""}}}}
    told = to_tell(session, Period.parse("2026-Q3"), export)
    return [each["lines"] for each in told if each["kind"] == "undecided"]


def test_a_column_more_does_not_count_twice_and_the_same_answer_is_asked_once(session, book, counts, say):
    book(ALFA)
    second, done = book(MORE, BETA, name="b.csv")
    assert (done.added, done.duplicates, done.twins.lines, done.twins.amount) == (2, 0, 1, 10_000)
    assert (counts(), undecided(session)) == (15_000, [1])
    assert say(second, same=True) == 1
    assert (counts(), undecided(session)) == (15_000, [])
    with pytest.raises(ConflictDecided):
        say(second, same=False)
    assert book(MORE, BETA, name="c.csv")[1].added == 0, "never asked again"


@pytest.mark.parametrize(
    "again",
    [
        replace(ALFA, supplier=replace(ALFA.supplier, kvk_number="12345678")), replace(ALFA, document_number=""),
        replace(ALFA, supplier=replace(ALFA.supplier, code="77"), cpv="90910000"),
        replace(MORE, document_number=" f1"), replace(MORE, credits_document="F0"),
    ],
)  # fmt: skip
def test_other_columns_are_seen_through(book, counts, again):
    book(ALFA)
    assert (book(again, name="b.csv")[1].twins.lines, counts()) == (1, 10_000)


def test_what_really_is_another_purchase_counts_at_once(session, spend, book, counts):
    book(ALFA)
    others = [
        replace(ALFA, document_number="F9"), replace(MORE, invoice_on=date(2026, 7, 3)),
        replace(MORE, supplier=BETA.supplier), replace(MORE, invoice_on=None),
    ]  # fmt: skip
    assert (book(*others, name="b.csv")[1].twins.lines, counts()) == (0, 50_000)
    record = record_rows(
        session, anchor=spend.other, rows=Handed([MORE]), file=File("x", "x"), actor_id=None, at=spend.at
    )
    assert record.twins.lines == 0, "another anchor's ledger"


def test_two_purchases_count_both_from_then_on(session, book, counts, say):
    book(ALFA)
    second, _ = book(MORE, name="b.csv")
    say(second, same=False)
    assert (counts(), queries.files(session, second.anchor_id)) == (20_000, [])
    assert book(replace(ALFA, description="Derde"), replace(ALFA, description="Vierde"), replace(ALFA, description="5"),
                name="c.csv")[1].twins.lines == 2, "both are known now"  # fmt: skip


@pytest.mark.parametrize("answer", [None, True, False])
def test_a_file_taken_back_leaves_the_other_counting_once(session, book, counts, say, take_back, answer):
    first, _ = book(ALFA)
    second, _ = book(MORE, name="b.csv")
    if answer is not None:
        say(second, same=answer)
    take_back(first)
    assert (counts(), queries.files(session, second.anchor_id)) == (10_000, [])
    with pytest.raises(ConflictDecided):
        say(second, same=False)
    take_back(second)
    assert counts() == 0


def test_the_later_file_taken_back_asks_nothing_and_changes_nothing(session, book, counts, say, take_back):
    book(ALFA)
    second, _ = book(MORE, name="b.csv")
    take_back(second)
    assert (counts(), queries.files(session, second.anchor_id)) == (10_000, [])
    with pytest.raises(ConflictDecided):
        say(second, same=False)
    assert book(MORE, name="b.csv")[1].twins.lines == 1, "handed in again it is asked again"


def test_of_three_layouts_one_counts_whichever_is_taken_back(book, counts, take_back):
    made = [book(replace(ALFA, description=text), name=f"{text}.csv")[0] for text in ("een", "twee", "drie")]
    for each in made:
        assert counts() == 10_000
        take_back(each)
    assert counts() == 0


def test_one_pair_is_decided_by_itself(session, spend, book, counts, person):
    book(ALFA, BETA)
    second, _ = book(MORE, replace(BETA, description="x"), name="b.csv")
    found = queries.twins(session, spend.anchor.id, second.id)
    assert [(each.supplier, each.counting, each.waiting, each.counts_in) for each in found] == [
        ("Alfa BV", 10_000, 10_000, "a.csv"), ("Beta BV", 5_000, 5_000, "a.csv"),
    ]  # fmt: skip
    act = {
        "clash": found[1].public_id,
        "same": False,
        "reason": "twee",
        "actor_id": person.id,
        "at": spend.at,
    }
    decide(session, anchor=spend.anchor, **act)
    with pytest.raises(ConflictDecided):
        decide(session, anchor=spend.anchor, **act)
    assert (counts(), queries.files(session, spend.anchor.id)[0].lines) == (20_000, 1)
    with pytest.raises(ConflictUnknown):
        queries.file(session, spend.other.id, second.public_id)


def test_the_purchaser_decides_about_the_whole_file_on_one_page(session, spend, book, counts, sign_in):
    book(ALFA, BETA)
    second, _ = book(MORE, replace(BETA, description="x"), name="b.csv")
    browser = sign_in(Role.PURCHASER, spend.anchor)
    address = f"/spend/conflicts/files/{second.public_id}"
    assert address in browser.get("/spend/conflicts").get_data(as_text=True)
    page = browser.get(address).get_data(as_text=True)
    assert ["Alfa BV" in page, "a.csv" in page, "150,00" in page] == [True] * 3
    one = queries.twins(session, spend.anchor.id, second.id)[0]
    assert "Telt al uit" in browser.get(f"/spend/conflicts/{one.public_id}").get_data(as_text=True)
    assert browser.post(address, data={"reason": "x"}).status_code == 422
    assert browser.post(address, data={"answer": "no", "reason": "twee leveringen"}).status_code == 303
    assert (counts(), browser.get(address).status_code) == (30_000, 303)
    assert session.scalar(select(func.count()).select_from(SpendDecision)) == 2
    assert sign_in(Role.PURCHASER, spend.other).get(address).status_code == 404
