from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.words import TextTooShort
from procurement.performance import errors, queries, rules, services
from procurement.performance.rules import PaidDays, Side

MARKS = {"work": 4, "promises": 3, "together": 5}
WORDS = "Het gaat goed, op de kelder na."


def write(signed, actor=None, **facts):
    return signed.act(services.write_review, actor or signed.anna, **{"marks": MARKS, "text": WORDS, **facts})


def answer(signed, review, actor=None, words="Daar hebt u gelijk in."):
    return signed.act(services.answer_review, actor or signed.glans, public_id=review.public_id, text=words)


def test_both_sides_look_back_and_both_are_heard(signed):
    by_buyer, by_supplier = write(signed), write(signed, signed.glans)
    assert (by_buyer.side, by_supplier.side) == (Side.BUYER, Side.SUPPLIER)
    for side in (signed.anna, signed.glans):
        assert [each.endpoint for each in queries.tasks(signed.session, side, signed.at)] == [
            "performance.answer"
        ]
    for own in (signed.anna, signed.bram, signed.panel.suppliers["Boen"]):
        with pytest.raises(errors.NotYours):
            answer(signed, by_buyer, own)
    with pytest.raises(TextTooShort):
        answer(signed, by_buyer, words="ja")
    assert answer(signed, by_buyer).answered_by_id == signed.glans.user_id
    with pytest.raises(errors.AnsweredBefore):
        answer(signed, by_buyer)
    answer(signed, by_supplier, signed.bram)
    assert queries.tasks(signed.session, signed.anna, signed.at) == []


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"text": "ok"}, TextTooShort), ({"marks": {**MARKS, "work": 0}}, errors.ScaleWrong),
        ({"marks": {**MARKS, "work": 6}}, errors.ScaleWrong), ({"marks": {}}, errors.ScaleWrong),
    ],
)  # fmt: skip
def test_bad_reviews_keep_nothing(signed, facts, fault):
    with pytest.raises(fault):
        write(signed, **facts)
    assert queries.reviews(signed.session, signed.contract.id) == []


def test_a_side_waits_before_it_looks_back_again(signed):
    write(signed)
    with pytest.raises(errors.TooSoon):
        write(signed, signed.bram)
    signed.world.at += rules.PACE + timedelta(days=1)
    write(signed, signed.bram)
    for stranger in (signed.world.eva, signed.panel.suppliers["Boen"]):
        with pytest.raises(errors.NotYours):
            write(signed, stranger)


def test_few_marks_make_no_average():
    assert rules.average([5] * 4) is None
    assert rules.average([5, 4, 4, 4, 4]) == Decimal("4.2")
    assert rules.average([3, 4, 4, 4, 4, 4, 4, 4]) == Decimal("3.9")
    assert PaidDays(0, 0, 0, 0).mean is None
    assert PaidDays(2, 41, 31, 1).mean == Decimal("20.5")
    rules.check_pace(date(2027, 1, 1), date(2027, 3, 2))


def test_nothing_is_paid_yet(signed):
    assert queries.paid_days(signed.session, [signed.contract.agreement_id], 30) == PaidDays(0, 0, 0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contract_review SET work = 1",
        "UPDATE contract_review SET answer = 'iets anders'",
        "DELETE FROM contract_review",
    ],
)
def test_the_database_keeps_reviews(signed, statement):
    answer(signed, write(signed))
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW024"
