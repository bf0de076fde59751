from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.transaction import atomic
from procurement.renewals.services import alert
from procurement.take_overs import errors, queries, rules, services
from procurement.take_overs.gateway import sectors
from tests.procurement.panel import base, ok

GOOD = "Schoonmaker; 24; 6; vast\n\nVoorwerker\t32,5\t11\ttijdelijk"


def test_read_as_typed_and_back():
    rows = rules.read(GOOD)
    assert rows == [["Schoonmaker", "24", "6", "vast"], ["Voorwerker", "32.5", "11", "tijdelijk"]]
    assert rules.read(rules.written(rows)) == rows


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", errors.ListEmpty), (" \n ", errors.ListEmpty), ("a; 1; 1; v\n" * 301, errors.ListTooLong),
        ("Schoonmaker; 24; 6", errors.RowWrong), ("Schoonmaker; veel; 6; vast", errors.RowWrong),
        ("Schoonmaker; -1; 6; vast", errors.RowWrong), ("Schoonmaker; 99; 6; vast", errors.RowWrong),
        ("Schoonmaker; NaN; 6; vast", errors.RowWrong), ("; 24; 6; vast", errors.RowWrong),
        ("x" * 61 + "; 24; 6; vast", errors.RowWrong), ("Jan Jansen; 24; 6; vast", errors.LooksPersonal),
        ("Fatima el Amrani; 24; 6; vast", errors.LooksPersonal), ("a@b.nl; 24; 6; vast", errors.LooksPersonal),
        ("mevr. X; 24; 6; vast", errors.LooksPersonal), ("Schoonmaker; 24; 6; 123456782", errors.LooksPersonal),
    ],
)  # fmt: skip
def test_bad_lists_name_what_is_wrong(typed, fault):
    with pytest.raises(fault) as found:
        rules.read(typed)
    assert found.value.field == "text"


def test_cleaning_and_catering_ask_for_it():
    assert rules.sector_of("90919200", sectors()).article == "CAO Schoonmaak, art. 38"
    assert rules.sector_of("55523100", sectors()) is not None
    assert rules.sector_of("77310000", sectors()) is None


def test_asked_of_the_supplier_when_the_contract_ends(signed, walk_signed):
    where = f"/contracts/{signed.contract.number}/take-over"
    with pytest.raises(errors.NotNow):
        signed.act(services.set_of_contract, signed.glans, text=GOOD)
    signed.on(date(2027, 4, 1))
    with atomic(signed.session) as session:
        alert(session, at=signed.at)
    assert len(queries.tasks(signed.session, signed.glans, signed.at)) == 1
    with pytest.raises(errors.NotYours):
        signed.act(services.set_of_contract, signed.anna, text=GOOD)
    glans, anna = walk_signed(signed.glans), walk_signed(signed.anna)
    assert "Nog geen overnamelijst" in ok(anna.get(where), 200).text
    ok(anna.post(where, data={"text": GOOD, "sure": "y"}), 403)
    ok(glans.get(where), 200)
    ok(glans.post(where, data={"text": GOOD}), 422)
    assert (
        "Regel 1 lijkt"
        in ok(glans.post(where, data={"text": "Jan Jansen; 1; 1; vast", "sure": "y"}), 422).text
    )
    ok(glans.post(where, data={"text": GOOD, "sure": "y"}))
    assert "Voorwerker" in ok(anna.get(where), 200).text
    assert queries.tasks(signed.session, signed.glans, signed.at) == []
    ok(walk_signed(signed.panel.suppliers["Boen"]).get(where), 404)
    _waits_in_the_next_tender(anna, signed.contract.number)


def _waits_in_the_next_tender(anna, number):
    """What the supplier of now delivered is filled in where the tender asks for it."""
    facts = {
        "title": "Schoon, opnieuw",
        "purpose": "Dit volgt op het contract van nu.",
        "wanted_from": "2027-09-01",
    }
    need = ok(anna.post(f"/contracts/{number}/renewal", data=facts)).location.rsplit("/", 1)[1]
    draft = ok(anna.post(f"/tenders/new?need={need}", data={"title": "Schoon, opnieuw"})).location
    shown = ok(anna.get(draft.replace("/draft", "/take-over/edit")), 200).text
    assert "Voorwerker; 32,5; 11; tijdelijk" in shown
    assert "De leverancier van nu leverde deze lijst" in shown
    ok(anna.get(f"/contracts/{number}/renewal"))


def test_a_published_tender_keeps_its_list(signed, walk_signed, client):
    statement = "INSERT INTO take_over (tender_id, rows, set_by_id, set_at) VALUES (:t, '[[]]', :u, now())"
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(statement), {"t": signed.panel.tender.id, "u": signed.anna.user_id})
    assert fault.value.orig.sqlstate == "CW024"
    ok(walk_signed(signed.anna).get(base(signed.panel, "take-over/edit")), 409)
    assert "Geen overnamelijst" in ok(client.get(base(signed.panel, "take-over")), 200).text
    ok(client.get(base(signed.panel, "take-over.csv")), 200)
