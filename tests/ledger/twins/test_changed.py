"""An invoice that comes again with another amount: it waits, and the purchase counts once whatever is decided."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided, NothingReplaced
from ledger.conflicts.services import decide, decide_file
from ledger.corrections.services import correct_line
from ledger.spend.models import SpendLine
from ledger.twins import rules
from ledger.twins.queries import changed_lines, replaced
from tests.ledger.spend.conftest import purchase
from tests.ledger.twins.test_twins import ALFA, BETA, MORE, book, counts, person, take_back

__all__ = ["book", "counts", "person", "take_back"]
NEW = replace(ALFA, amount=Money(10_250))
PART = replace(ALFA, amount=Money(5_000))


def sums(done):
    return done.twins.changed, done.twins.changed_amount, done.twins.lines


@pytest.fixture
def say(session, spend, person):
    def say(made, **answer):
        facts = {"anchor": spend.anchor, "reason": "gecorrigeerd", "actor_id": person.id, "at": spend.at}
        return decide_file(session, file=made.public_id, changed=True, **facts, **answer)

    return say


@pytest.mark.parametrize(
    ("answer", "net"),
    [
        ({"same": True, "replaces": True}, 10_250),
        ({"same": True}, 10_000),
        ({"same": False}, 20_250),
    ],
)
def test_a_corrected_invoice_waits_and_counts_as_a_person_says(
    session, book, counts, say, take_back, answer, net
):
    first, _ = book(ALFA, BETA)
    second, done = book(NEW, BETA, name="b.csv")
    assert (sums(done), done.added, counts()) == ((1, 10_250, 0), 1, 15_000)
    clash = queries.twins(session, second.anchor_id, second.id, changed=True)[0]
    assert (clash.counting, clash.waiting, clash.changed, clash.twin) == (10_000, 10_250, True, False)
    assert say(second, **answer) == 1
    assert counts() == net + 5_000
    with pytest.raises(ConflictDecided):
        say(second, **answer)
    third, more = book(NEW, BETA, name="c.csv")
    assert more.added == 0, "never asked again"
    take_back(second)
    assert counts() == net + 5_000, "the other file holds it too, and what was decided of it"
    take_back(third)
    assert counts() == 15_000, "what it replaced counts again"
    take_back(first)
    assert counts() == 0


@pytest.mark.parametrize("replaces", [None, True, False])
def test_the_old_file_taken_back_leaves_the_new_amount(book, counts, say, take_back, replaces):
    first, _ = book(ALFA)
    second, _ = book(NEW, name="b.csv")
    if replaces is not None:
        say(second, same=True, replaces=replaces)
    take_back(first)
    assert counts() == 10_250
    take_back(second)
    assert counts() == 0


@pytest.mark.parametrize(
    "lines",
    [
        [ALFA, PART], [PART, ALFA], [MORE, PART], [replace(NEW, document_number="F2")],
        [replace(NEW, invoice_on=date(2026, 7, 3))], [replace(NEW, amount=Money(-10_000))],
        [replace(NEW, supplier=BETA.supplier)], [replace(NEW, document_number="")],
    ],
)  # fmt: skip
def test_parts_in_one_file_credit_notes_and_other_invoices_do_not_wait(book, lines):
    book(ALFA, purchase("Alfa BV", "20.00", "zonder", date(2026, 7, 1)))
    done = book(*lines, purchase("Alfa BV", "21.00", "zonder", date(2026, 7, 1)), name="b.csv")[1]
    assert done.twins.changed == 0


def test_a_part_far_from_the_others_in_a_long_file_does_not_wait(book, monkeypatch):
    book(ALFA)
    lines = [PART, *(replace(BETA, document_number=f"B{number}") for number in range(3)), ALFA]

    def one_by_one(self):
        yield from ([row] for row in self._rows)

    monkeypatch.setattr("ledger.spend.rules.Handed.batches", one_by_one)
    assert book(*lines, name="b.csv")[1].twins.changed == 0


def test_more_than_is_remembered_is_compared_at_once(book, monkeypatch, counts):
    monkeypatch.setattr(rules, "MOST_OPEN", 0)
    book(ALFA)
    assert (sums(book(NEW, name="b.csv")[1]), counts()) == ((1, 10_250, 0), 10_000)


@pytest.mark.parametrize(
    "supplier",
    [replace(ALFA.supplier, kvk_number="12345678"), replace(ALFA.supplier, code="9", city="Amsterdam")],
)
def test_the_supplier_is_known_under_other_columns(book, counts, supplier):
    book(ALFA)
    assert (sums(book(replace(NEW, supplier=supplier), name="b.csv")[1]), counts()) == (
        (1, 10_250, 0),
        10_000,
    )


def test_one_line_split_anew_is_replaced_by_all_its_parts(book, counts, say, take_back):
    book(ALFA)
    second, done = book(PART, replace(PART, amount=Money(5_100)), name="b.csv")
    assert (sums(done), counts()) == ((2, 10_100, 0), 10_000)
    say(second, same=True, replaces=True)
    assert counts() == 10_100
    take_back(second)
    assert counts() == 10_000


def test_the_last_of_three_amounts_takes_the_place_of_what_counts_then(book, counts, say, take_back):
    book(ALFA)
    second, _ = book(NEW, name="b.csv")
    third, _ = book(replace(NEW, amount=Money(10_300)), name="c.csv")
    say(second, same=True, replaces=True)
    say(third, same=True, replaces=True)
    assert counts() == 10_300
    take_back(second)
    assert counts() == 10_300
    take_back(third)
    assert counts() == 10_000


def test_what_a_person_corrected_is_what_the_new_amount_replaces(session, book, counts, person, spend):
    first, _ = book(ALFA)
    line = session.query(SpendLine).filter_by(import_id=first.id).one()
    correct_line(session, line=line, reason="fout", net_amount=9_900, actor_id=person.id, at=spend.at)
    second, _ = book(NEW, name="b.csv")
    waits = queries.twins(session, spend.anchor.id, second.id, changed=True)[0]
    assert queries.clash(session, spend.anchor.id, waits.public_id).counting == 9_900
    act = {"anchor": spend.anchor, "reason": "nieuw", "actor_id": person.id, "at": spend.at}
    decide(session, clash=waits.public_id, same=True, replaces=True, **act)
    assert counts() == 10_250


def test_only_another_amount_replaces(session, book, spend, person):
    book(ALFA)
    second, _ = book(MORE, name="b.csv")
    one = queries.twins(session, spend.anchor.id, second.id)[0]
    act = {"anchor": spend.anchor, "reason": "x", "actor_id": person.id, "at": spend.at}
    with pytest.raises(NothingReplaced):
        decide(session, clash=one.public_id, same=True, replaces=True, **act)
    with pytest.raises(NothingReplaced):
        decide_file(session, file=second.public_id, same=True, replaces=True, **act)
    with pytest.raises(DBAPIError, match="replaces"), session.begin_nested():
        session.execute(
            text("INSERT INTO spend_decision (line_id, same, replaces, reason, at)"
                 " SELECT id, false, true, 'x', :at FROM spend_line LIMIT 1"), {"at": spend.at},
        )  # fmt: skip


def test_the_purchaser_is_told_and_decides_on_a_page(session, spend, book, counts, sign_in):
    book(ALFA, BETA)
    second, _ = book(NEW, replace(BETA, amount=Money(4_900)), name="b.csv")
    browser = sign_in(Role.PURCHASER, spend.anchor)
    address = f"/spend/conflicts/files/{second.public_id}/changed"
    page = browser.get("/spend/conflicts").get_data(as_text=True)
    assert [address in page, "Facturen met een ander bedrag" in page, "151,50" in page] == [True] * 3
    assert "102,50" in browser.get(address).get_data(as_text=True)
    one = queries.twins(session, spend.anchor.id, second.id, changed=True)[0]
    single = f"/spend/conflicts/{one.public_id}"
    assert "Het nieuwe bedrag komt in de plaats" in browser.get(single).get_data(as_text=True)
    assert browser.post(single, data={"answer": "new", "reason": "nieuwe factuur"}).status_code == 303
    assert counts() == 15_250
    assert browser.post(address, data={"answer": "no", "reason": "twee"}).status_code == 303
    assert (counts(), browser.get(address).status_code) == (20_150, 303)
    assert sign_in(Role.PURCHASER, spend.other).get(address).status_code == 404


def test_an_invoice_of_several_lines_that_comes_as_one_is_replaced_whole(
    session, spend, book, counts, say, take_back
):
    first, _ = book(PART, replace(PART, amount=Money(3_000)), BETA)
    second, done = book(NEW, BETA, name="b.csv")
    assert (sums(done), counts()) == ((1, 10_250, 0), 13_000)
    waits = queries.twins(session, spend.anchor.id, second.id, changed=True)[0]
    assert (waits.counting, queries.files(session, spend.anchor.id)[0].counting) == (8_000, 8_000)
    one = queries.clash(session, spend.anchor.id, waits.public_id)
    assert (one.counting, one.counting_lines) == (8_000, 2)
    say(second, same=True, replaces=True)
    assert counts() == 15_250
    third, _ = book(replace(NEW, amount=Money(10_300)), BETA, name="c.csv")
    say(third, same=True, replaces=True)
    assert counts() == 15_300
    take_back(second)
    assert counts() == 15_300
    take_back(third)
    assert counts() == 13_000, "all lines of the first file count again"
    take_back(first)
    assert counts() == 0


def test_a_part_that_came_again_in_the_same_words_stays(book, counts, say):
    book(PART, replace(PART, amount=Money(3_000)), replace(PART, amount=Money(2_000)))
    second, done = book(PART, replace(PART, amount=Money(5_300)), name="b.csv")
    assert sums(done) == (1, 5_300, 0)
    say(second, same=True, replaces=True)
    assert counts() == 10_300


def test_fewer_lines_than_the_invoice_had_replace_them_all_and_that_is_said_before(
    session, spend, book, counts, say, take_back, sign_in
):
    book(*(replace(PART, amount=Money(amount)) for amount in (1_000, 2_000, 3_000)))
    second, done = book(*(replace(PART, amount=Money(amount)) for amount in (2_500, 3_600)), name="b.csv")
    assert sums(done) == (2, 6_100, 0)
    found = replaced(session, changed_lines(session, second.id))
    assert found[:5] == (2, 6_100, 3, 6_000, 1)
    (fewer,) = found.fewer
    assert (fewer.document, [each.amount for each in fewer.lost]) == ("F1", [3_000, 2_000, 1_000])
    browser = sign_in(Role.PURCHASER, spend.anchor)
    one = queries.twins(session, spend.anchor.id, second.id, changed=True)[0]
    for address, how in (
        (f"/spend/conflicts/files/{second.public_id}/changed", "van 3 naar 2"),
        (f"/spend/conflicts/{one.public_id}", "van 2 naar 1"),
    ):
        page = browser.get(address).get_data(as_text=True)
        for said in (
            "heeft nu meer regels dan in het nieuwe bestand",
            "Regels die verdwijnen",
            "30,00",
            how,
        ):
            assert said in page, (address, said)
    say(second, same=True, replaces=True)
    assert counts() == 6_100
    take_back(second)
    assert counts() == 6_000


def test_what_was_taken_back_meanwhile_is_not_revived_with_the_rest(book, counts, say, take_back):
    book(PART, BETA)
    other, _ = book(replace(PART, amount=Money(3_000), description="Deel twee"), BETA, name="deel.csv")
    say(other, same=False)
    assert counts() == 13_000
    third, done = book(NEW, BETA, name="c.csv")
    assert sums(done) == (1, 10_250, 0)
    say(third, same=True, replaces=True)
    assert counts() == 15_250
    take_back(other)
    take_back(third)
    assert counts() == 10_000


@pytest.mark.parametrize(("at_once", "order"), [(True, "23"), (True, "32"), (False, "23"), (False, "32")])
def test_three_amounts_are_taken_back_in_any_order(book, counts, say, take_back, at_once, order):
    book(ALFA)
    made = {"2": book(NEW, name="b.csv")[0]}
    if not at_once:
        say(made["2"], same=True, replaces=True)
    made["3"] = book(replace(NEW, amount=Money(10_300)), name="c.csv")[0]
    if at_once:
        say(made["2"], same=True, replaces=True)
    say(made["3"], same=True, replaces=True)
    assert counts() == 10_300
    take_back(made[order[0]])
    assert counts() == {"2": 10_300, "3": 10_250}[order[0]]
    take_back(made[order[1]])
    assert counts() == 10_000


def test_the_page_that_takes_back_tells_what_counts_again(session, spend, book, sign_in):
    (first, _), _ = book(ALFA, BETA), book(NEW, name="b.csv")
    session.commit()
    page = sign_in(Role.PURCHASER, spend.anchor).get(f"/spend/upload/imports/{first.public_id}/undo")
    told = page.get_data(as_text=True).replace("\xa0", " ")
    assert "Wat daarvoor weer telt" in told
    for sum_ in ("€ -150,00", "€ 102,50", "€ -47,50"):
        assert sum_ in told
