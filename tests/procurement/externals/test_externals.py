import io
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from procurement.contracts.rules import LocalOutcome
from procurement.externals import errors, queries, services
from procurement.externals.gateway import read_contracts
from procurement.externals.models import ExternalContract
from procurement.externals.rules import Facts

HEAD = "title;supplier_name;value;starts_on;ends_on;supplier_kvk;cpv;reference;tenderned_number;published_on"
ROW = (
    "Café in het stadskantoor;Voorbeeld BV;125000,00;2026-01-01;31-12-2028;;55330000;INK-1;123456;2025-09-01"
)


def facts(**changed):
    given = {
        "title": "Schoonmaak", "supplier_name": "Voorbeeld BV", "value": Money(100), "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1), **changed,
    }  # fmt: skip
    return Facts(**given)


def act(world, service, actor=None, **given):
    with atomic(world.session) as session:
        return service(session, actor=actor or world.anna, at=world.at, **given)


def count(world):
    return world.session.scalar(select(func.count()).select_from(ExternalContract))


def test_a_contract_has_a_number_and_is_linked_by_kvk_only(world):
    supplier = world.supplier("Voorbeeld BV")
    organisation = queries.proposed(world.session, "Voorbeeld BV")[0]
    named = act(world, services.enter, facts=facts())
    assert (named.number, named.supplier_id) == (f"X-{world.at.year}-0001", None)
    linked = act(world, services.enter, facts=facts(supplier_kvk=organisation.kvk_number))
    assert linked.supplier_id == supplier.organisation_id
    seen = world.session.scalars(queries.externals(supplier)).all()
    assert [each.number for each in seen] == [linked.number]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"title": " "}, errors.TitleMissing), ({"title": "x" * 201}, errors.TitleMissing), ({"supplier_name": ""}, errors.SupplierMissing),
        ({"value": Money(0)}, errors.ValueInvalid), ({"value": Money(-1)}, errors.ValueInvalid),
        ({"ends_on": date(2026, 1, 1)}, errors.TermReversed), ({"tenderned_number": "TN-1"}, errors.TenderNedInvalid),
    ],
)  # fmt: skip
def test_bad_contracts(world, changed, fault):
    with pytest.raises(fault):
        act(world, services.enter, facts=facts(**changed))
    assert count(world) == 0


def test_the_same_twice_and_after_taking_back(world):
    made = act(world, services.enter, facts=facts(reference="INK-1"))
    with pytest.raises(errors.KnownBefore, match=made.number):
        act(world, services.enter, facts=facts(reference="ink-1", title="Anders getypt"))
    act(world, services.withdraw, contract=made, reason="Verkeerd bedrag ingevoerd")
    with pytest.raises(errors.WithdrawnBefore):
        act(world, services.withdraw, contract=made, reason="Verkeerd bedrag ingevoerd")
    assert act(world, services.enter, facts=facts(reference="INK-1")).number.endswith("-0002")


def test_what_was_entered_stays_and_the_local_option_is_said_once(world):
    made = act(world, services.enter, facts=facts())
    act(
        world,
        services.examine,
        contract=made,
        outcome=LocalOutcome.NONE_FOUND,
        reason="Niemand kon dit werk aan.",
    )
    with pytest.raises(errors.LocalOptionKnown):
        act(
            world,
            services.examine,
            contract=made,
            outcome=LocalOutcome.LOCAL_CHOSEN,
            reason="Toch anders gezien.",
        )
    for change in (
        "UPDATE external_contract SET value_minor = 1",
        "UPDATE external_contract SET local_outcome = 'not_examined'",
        "DELETE FROM external_contract",
    ):
        with pytest.raises(DBAPIError, match="stays"), world.session.begin_nested():
            world.session.execute(text(change))


def test_only_the_buyers_own(world):
    supplier = world.supplier()
    with pytest.raises(errors.NotYours):
        act(world, services.enter, supplier, facts=facts())
    made = act(world, services.enter, facts=facts())
    with pytest.raises(errors.NotYours):
        act(world, services.withdraw, supplier, contract=made, reason="Ik wil dit niet meer")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_messy_files_are_read(encoding, delimiter):
    content = f"{HEAD}\r\n\r\n{ROW}\r\n".replace(";", delimiter).encode(encoding)
    found = read_contracts(content)
    assert found.faults == []
    assert found.rows[0][1].title == "Café in het stadskantoor"
    assert found.rows[0][1].value == Money(12_500_000)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "leeg"), (b"\x00\x01", "geen tekst"), (b"title;value\n", "ontbreken"), (f"{HEAD};extra\n".encode(), "kennen wij niet"),
        (f"{HEAD};title\n".encode(), "twee keer"), (b'title;"x\n', "geen CSV"),
    ],
)  # fmt: skip
def test_files_that_are_none(content, why):
    with pytest.raises(errors.FileUnreadable) as refused:
        read_contracts(content)
    assert why in refused.value.text()


@pytest.mark.parametrize(
    ("column", "cell"),
    [("value", "1.250"), ("value", "-5"), ("value", ""), ("value", "gratis"), ("starts_on", "31-02-2026"), ("ends_on", ""), ("ends_on", "2020-01-01"),
     ("supplier_kvk", "123"), ("cpv", "schoon"), ("tenderned_number", "TN1"), ("title", ""), ("published_on", "ooit")],
)  # fmt: skip
def test_faults_are_told_by_row_and_column(column, cell):
    cells = ROW.split(";")
    cells[HEAD.split(";").index(column)] = cell
    found = read_contracts(f"{HEAD}\n{ROW}\n{';'.join(cells)}\n".encode())
    assert [(each.row, each.field) for each in found.faults] == [(3, column)]
    assert len(found.rows) == 1


def test_a_file_through_the_pages_and_the_same_again_adds_nothing(world, sign_in_user):
    anna = sign_in_user(world.session.get(User, world.anna.user_id))
    content = f"{HEAD}\n{ROW}\n{ROW.replace('INK-1', 'INK-2')}\n{ROW}\n".encode()

    def hand_in(data):
        answer = anna.post("/contracts/elsewhere/upload", data={"file": (io.BytesIO(data), "contracten.csv")})
        return answer if answer.status_code != 303 else answer.headers["Location"]

    where = hand_in(content)
    assert count(world) == 0
    assert anna.post(where).status_code == 303
    assert count(world) == 2
    assert anna.post(hand_in(content)).status_code == 303
    assert count(world) == 2
    wrong = hand_in(content.replace(b"125000,00", b"veel"))
    assert "Fouten per regel" in anna.get(wrong).text
    assert anna.post(wrong).status_code == 422 or anna.post(wrong).status_code == 409
    assert count(world) == 2
    assert hand_in(b"rommel").status_code == 422
    assert anna.get("/contracts/elsewhere/upload/example.csv").status_code == 200
    assert "INK-1" in anna.get("/contracts/elsewhere/list.csv").text
    assert "TenderNed 123456" in anna.get("/contracts/elsewhere?text=stadskantoor").text


def test_by_form_then_the_question_then_the_page(world, sign_in_user):
    anna = sign_in_user(world.session.get(User, world.anna.user_id))
    form = {
        "title": "Catering",
        "supplier_name": "Voorbeeld BV",
        "value": "1000",
        "starts_on": "2026-01-01",
        "ends_on": "2027-01-01",
    }
    assert anna.post("/contracts/elsewhere/new", data={**form, "supplier_kvk": "12"}).status_code == 422
    where = anna.post("/contracts/elsewhere/new", data=form).headers["Location"]
    assert where.endswith("/local-option")
    assert len(queries.tasks(world.session, world.anna, world.at)) == 1
    assert anna.post(where, data={"outcome": "none_found", "reason": "Niemand kon dit."}).status_code == 303
    assert queries.tasks(world.session, world.anna, world.at) == []
    page = anna.get(where.removesuffix("/local-option")).text
    assert "elders aanbesteed" in page
    stranger = sign_in_user(world.session.get(User, world.supplier().user_id))
    assert stranger.get(where.removesuffix("/local-option")).status_code == 404


def test_what_ends_is_offered_to_alerts(world):
    act(world, services.enter, facts=facts())
    found = world.session.execute(queries.ending(date(2026, 12, 1), date(2027, 2, 1))).all()
    assert [(each.title, each.buyer_id) for each in found] == [("Schoonmaak", world.buyer.id)]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1.250,00", 125_000),
        ("1,250.00", 125_000),
        ("€ 12.501.250,75", 1_250_125_075),
        ("1250,5", None),
        ("1.250", None),
    ],
)
def test_an_amount_as_a_dutch_sheet_writes_it(typed, minor):
    content = f"{HEAD}\n{ROW.replace('125000,00', typed)}\n".encode()
    assert [each.value.minor for _row, each in read_contracts(content).rows] == ([minor] if minor else [])
