"""A line that several files hold goes with the last of them, in whatever order they come and go."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from ledger.conflicts import queries as conflicts
from ledger.conflicts.services import decide_file
from ledger.corrections.services import code_exclusion
from ledger.repeats.models import SpendRepeat
from ledger.repeats.queries import elsewhere, holders
from ledger.rollups import queries as rollups
from ledger.spend import queries
from ledger.spend.errors import ImportUndone
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.queries import Wanted
from tests.ledger.spend.conftest import purchase
from tests.ledger.spend.test_rows import Q3, store

ALFA, BETA, GAMMA = (purchase(name, "100.00") for name in ("Alfa", "Beta", "Gamma"))
UNDATED = purchase("Delta", "1.00", on=None)
NEW = replace(ALFA, amount=Money(10_250))


def listed(session):
    """What the list of lines shows, in cents."""
    return sum(row[0].net_amount for row in session.execute(queries.lines(Wanted())))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_month_and_its_quarter_taken_back_in_any_order(session, book, counts, take_back, order):
    held = [[ALFA, BETA], [ALFA, BETA, GAMMA], [BETA, BETA, UNDATED]]
    made = [book(*lines, name=f"{place}.csv") for place, lines in enumerate(held)]
    for place in order:
        take_back(made[place])
        held[place] = []
        assert counts() == listed(session) == figure(held)
        with pytest.raises(ImportUndone):
            take_back(made[place])
        assert counts() == figure(held)
    assert counts() == 0


def figure(held):
    """What the files that stand hold together: a line as often as the file that holds it most often."""
    most = Counter()
    for lines in held:
        most |= Counter(lines)
    return sum(line.amount.minor * count for line, count in most.items())


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_the_figure_is_that_of_the_files_that_stand(
    session, spend, book, counts, take_back, seed
):
    draw = Random(seed)
    standing, by_hand = [], []
    for step in range(14):
        if standing and draw.random() < 0.45:
            made, _ = standing.pop(draw.randrange(len(standing)))
            take_back(made)
        else:
            lines = draw.choices([ALFA, BETA, GAMMA, UNDATED], k=draw.randint(1, 5))
            if draw.random() < 0.1:
                spend.record(*lines)
                by_hand.append(lines)
            else:
                standing.append((book(*lines, name=f"{step}.csv"), lines))
        held = by_hand + [lines for _, lines in standing]
        assert session.scalar(select(func.coalesce(func.sum(SpendLine.weight), 0))) == sum(
            (max(lines.count(each) for lines in held) if held else 0) for each in (ALFA, BETA, GAMMA, UNDATED)
        ), step
    assert counts() == listed(session) == figure(held)


def test_lines_over_many_batches_are_held_each_once(session, spend, counts, take_back):
    many = [ALFA, BETA, ALFA, GAMMA, UNDATED, ALFA, BETA, UNDATED]
    first, second = (store(spend, *lines, name=f"{len(lines)}.csv") for lines in (many, [*many, GAMMA, ALFA]))
    assert (second.added, second.duplicates) == (2, 8)
    assert session.scalar(select(func.count()).select_from(SpendRepeat)) == 8
    take_back(session.get_one(SpendImport, first.import_id))
    assert counts() == figure([[*many, GAMMA, ALFA]])


def test_what_other_files_hold_is_told_and_the_papers_name_them(session, spend, book, take_back):
    first = book(ALFA, BETA, name="maand.csv")
    quarter = book(GAMMA, ALFA, BETA, name="kwartaal.csv")
    assert [(each.file_name, each.lines, each.net) for each in elsewhere(session, first.id)] == [
        ("kwartaal.csv", 2, 20_000)
    ]
    assert [(each.file_name, each.lines) for each in elsewhere(session, quarter.id)] == [("maand.csv", 2)]
    assert take_back(first) == 0
    assert elsewhere(session, quarter.id) == []
    line = session.scalars(select(SpendLine).where(SpendLine.document_number == "Alfa-1")).one()
    assert [(each.file_name, each.row_number) for each in holders(session, line.id)] == [("kwartaal.csv", 2)]
    assert rollups.papers(session, Q3)["import_checksums"] == ["kwartaal.csv", "maand.csv"]
    again = book(BETA, name="los.csv")
    assert (again.added_count, [each.file_name for each in elsewhere(session, again.id)]) == (
        0, ["kwartaal.csv"],
    )  # fmt: skip
    assert take_back(quarter) == 2
    assert session.scalar(select(func.sum(SpendLine.weight))) == 1


def test_what_a_person_said_of_a_line_stays_with_the_file_that_holds_it(
    session, spend, book, counts, take_back, make_user
):
    first, second = book(ALFA, BETA), book(ALFA, BETA, name="b.csv")
    line = session.scalars(select(SpendLine).where(SpendLine.document_number == "Alfa-1")).one()
    code_exclusion(session, line=line, code="X4", reason="subsidie", actor_id=make_user().id, at=spend.at)
    assert take_back(first) == 0
    (found, *_rest), *others = session.execute(queries.lines(Wanted(exclusion="X4")))
    assert (found.net_amount, others, counts()) == (10_000, [], 20_000)
    assert [each.file_name for each in holders(session, found.id)] == ["b.csv"]
    assert take_back(second) == 2
    assert counts() == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_new_amount_of_an_invoice_and_what_came_with_it(
    session, spend, book, counts, take_back, make_user, order
):
    made = [book(ALFA, BETA), book(NEW, BETA, name="b.csv")]
    decide_file(
        session, anchor=spend.anchor, file=made[1].public_id, same=True, changed=True, replaces=True, reason="nieuw",
        actor_id=make_user().id, at=spend.at,
    )  # fmt: skip
    assert counts() == 20_250
    take_back(made[order[0]])
    assert counts() == (20_250, 20_000)[order[0]]
    take_back(made[order[1]])
    assert counts() == 0


@pytest.mark.parametrize("said", [True, False])
def test_a_line_waits_on_while_a_further_file_holds_it(
    session, spend, book, counts, take_back, make_user, said
):
    other = replace(ALFA, description="Schoonmaak")
    book(ALFA)
    second, third = book(other, name="b.csv"), book(other, name="c.csv")
    take_back(second)
    waiting = conflicts.files(session, spend.anchor.id)
    assert [(each.lines, each.file_name) for each in waiting] == [(1, "c.csv")], (
        "by the file that holds it still"
    )
    decide_file(
        session, anchor=spend.anchor, file=second.public_id, same=said, reason="gekeken", actor_id=make_user().id,
        at=spend.at,
    )  # fmt: skip
    assert counts() == (10_000 if said else 20_000)
    take_back(third)
    assert counts() == 10_000
    assert conflicts.files(session, spend.anchor.id) == []


def test_an_invoice_made_here_counts_itself_once_no_file_holds_its_line(
    session, spend, trade, book, counts, take_back
):
    sent = trade.send()
    line = purchase(trade.seller.name, "325.00", sent.number, supplier_kvk_number=trade.seller.kvk_number)
    first, second = (book(line, name=name, anchor=trade.buyer) for name in ("a.csv", "b.csv"))
    trade.approve(sent)
    assert (take_back(first), counts(), take_back(second), counts()) == (0, 32_500, 1, 32_500)
    kinds = [row[0].invoice_id is not None for row in session.execute(queries.lines(Wanted()))]
    assert kinds == [True], "the invoice itself, once"


def test_the_database_refuses_a_line_that_is_not_there_its_own_and_changes(session, book):
    first, second = book(ALFA), book(ALFA, name="b.csv")
    line = session.scalars(select(SpendLine)).one()
    for import_id, line_id in ((second.id, 999_999_999), (first.id, line.id)):
        with pytest.raises(DBAPIError, match="holds a line"), session.begin_nested():
            session.add(SpendRepeat(import_id=import_id, line_id=line_id, row_number=1))
            session.flush()
    for change in ("UPDATE spend_repeat SET row_number = 2", "DELETE FROM spend_repeat"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change))
    assert session.scalar(select(func.count()).select_from(SpendRepeat)) == 1
