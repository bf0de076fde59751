"""What proves a place is seen by two people, each for itself."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.identities.services import known_suppliers
from ledger.suppliers import queries
from ledger.suppliers.rules import SupplierFacts
from ledger.witnesses import errors, rules
from ledger.witnesses.models import Sighting

SEEN = {
    "kind": "seat", "grade": "3", "street": "Weg", "house_number": "1", "postcode": "1063 AA", "country": "NL",
    "valid_from": "2024-01-01", "obtained_on": "", "source": "Akte van levering",
}  # fmt: skip
YES = {"answer": "yes", "note": "De akte zelf gezien bij de notaris"}


@pytest.mark.parametrize(
    ("said_by", "answered", "note", "fault"),
    [(1, False, "x" * 10, errors.OwnSighting), (2, True, "x" * 10, errors.SightingAnswered), (2, False, " x ", errors.NoteTooShort)],
)  # fmt: skip
def test_who_may_say_it_too(said_by, answered, note, fault):
    with pytest.raises(fault):
        rules.check_answer(said_by_id=said_by, answered=answered, actor_id=1, note=note)
    assert rules.check_answer(said_by_id=2, answered=False, actor_id=1, note=" " + "x" * 10) == "x" * 10


@pytest.fixture
def supplier(session, make_organisation, at):
    facts = SupplierFacts(name="Voorbeeld Loodgieter", postcode="1063 AA")
    found = known_suppliers(
        session, anchor=make_organisation(Side.ANCHOR), facts=[facts], actor_id=None, at=at
    )[facts.identity]
    session.commit()
    return found


@pytest.fixture
def seen(session, sign_in, supplier):
    """What the first officer saw, with that officer's browser."""
    first = sign_in(Role.PROGRAMME)
    assert first.post(f"/spend/suppliers/{supplier.public_id}/evidence", data=SEEN).status_code == 303
    return session.scalars(select(Sighting)).one(), first


def grades(session, supplier):
    session.expire_all()
    return [each.grade for each in queries.evidence_of(session, [supplier.id]) if each.grade > 1]


def test_a_paper_counts_once_a_second_person_saw_it_too(seen, session, supplier, sign_in):
    one, first = seen
    page = f"/spend/witnesses/{one.public_id}"
    assert grades(session, supplier) == []
    assert "Wacht op een collega" in first.get(page).text
    assert first.post(page, data=YES).status_code == 403
    second, third = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME)
    assert "Akte van levering" in second.get(page).text
    assert second.post(page, data=YES | {"note": "ja"}).status_code == 422
    assert second.post(page, data=YES).status_code == 303
    assert third.post(page, data=YES).status_code == 409, "a colleague was first"
    assert grades(session, supplier) == [3]
    made = next(each for each in queries.evidence_of(session, [supplier.id]) if each.grade == 3)
    assert (made.created_by_id, made.checked_by_id) == (first.user.id, second.user.id)
    listed = first.get("/spend/witnesses/list.csv").text
    assert all(each in listed for each in ("Voorbeeld Loodgieter", "yes", "De akte zelf gezien"))
    assert "door twee gezien" in first.get("/spend/witnesses").text


def test_what_the_second_person_did_not_see_proves_nothing(seen, session, supplier, sign_in):
    one, _first = seen
    second = sign_in(Role.PROGRAMME)
    no = {"answer": "no", "note": "Die akte is er niet"}
    assert second.post(f"/spend/witnesses/{one.public_id}", data=no).status_code == 303
    assert grades(session, supplier) == []
    assert "Dit klopt niet" in second.get(f"/spend/witnesses/{one.public_id}").text


def test_it_waits_for_who_did_not_say_it_and_others_do_not_read_it(seen, sign_in, session):
    one, first = seen
    second, buyer = sign_in(Role.PROGRAMME), sign_in(Role.PURCHASER)
    assert "Kijk als tweede persoon na" in second.get("/").text
    assert "Kijk als tweede persoon na" not in first.get("/").text
    letters = session.scalars(select(Mail.recipient).where(Mail.subject.startswith("Kijk na waar"))).all()
    assert first.user.email not in letters
    for path in ("", "/list.csv", f"/{one.public_id}"):
        assert buyer.get(f"/spend/witnesses{path}").status_code == 403
    assert second.get("/spend/witnesses/00000000-0000-0000-0000-000000000000").status_code == 404


def test_the_database_keeps_what_was_seen_and_the_second_person_another(seen, session, at):
    one, first = seen
    for statement in ("UPDATE supplier_sighting SET title = 'x'", "DELETE FROM supplier_sighting"):
        with pytest.raises(DBAPIError, match="kept, and answered once"), session.begin_nested():
            session.execute(text(statement))
    answer = text(
        "UPDATE supplier_sighting SET answered_by_id = :by, answered_at = :at, holds = true, note = 'zelf gezien toen'"
    )
    with pytest.raises(IntegrityError, match="second_person"), session.begin_nested():
        session.execute(answer, {"by": first.user.id, "at": at})
    assert one.answered_at is None
