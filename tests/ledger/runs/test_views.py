"""The pages of long work: from a file too long to wait for, to its lines, and back."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.columns.rules import unsure
from ledger.runs.services import work_on_file
from ledger.spend.models import SpendImport, SpendLine
from ledger.uploads import views
from ledger.uploads.models import SpendRun
from ledger.uploads.rules import RunKind, RunState, fault, left

GOOD = "supplier_name,document_number,invoice_date,amount\nA,1,2026-07-01,100.00\nB,2,2026-07-02,x\nC,3,2026-07-02,5.00\n"


@pytest.fixture
def browser(sign_in, make_organisation):
    return sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))


def page(browser, address):
    return browser.get(address).get_data(as_text=True)


def _later(session, at):
    """Two later files: one with lines that were there already, one without."""
    facts = {
        "anchor_id": session.scalars(select(SpendImport.anchor_id)).one(), "checksum": "x", "total_amount": 1,
        "actor_id": None, "at": at,
    }  # fmt: skip
    session.add_all([
        SpendImport(file_name="later.csv", row_count=3, added_count=1, **facts),
        SpendImport(file_name="nieuw.csv", row_count=2, added_count=2, **facts),
    ])  # fmt: skip
    session.flush()


def test_a_long_file_is_read_booked_and_taken_back_by_the_worker(browser, sign_in, session, at, monkeypatch):
    for each in ("QUICK_SIZE", "HEAD_SIZE"):
        monkeypatch.setattr(views, each, 90)  # the header, a row, and half a row
    sent = browser.post(
        "/spend/upload",
        data={"file": (BytesIO(GOOD.encode()), "jaar.csv")},
        content_type="multipart/form-data",
    )
    shown = page(browser, sent.location)
    assert ["op de achtergrond" in shown, "100,00" in shown, "Regels in het bestand" in shown] == [
        True,
        True,
        False,
    ]
    assert "te groot om meteen" in browser.post(sent.location).get_data(as_text=True)
    assert not session.scalars(select(SpendLine)).all()
    looking = browser.post(
        f"{sent.location}/look?c_amount=amount&c_supplier_name=supplier_name&c_invoice_date=invoice_date"
    )
    shown = page(browser, looking.location)
    assert 'http-equiv="refresh"' in shown
    assert 'http-equiv="refresh"' not in page(browser, looking.location + "?still=1")
    assert "jaar.csv" in page(browser, "/spend/upload")
    assert browser.post(f"{sent.location}/discard").status_code == 303
    assert session.scalars(select(SpendRun)).one().is_open

    def work():
        for each in session.scalars(select(SpendRun).where(SpendRun.finished_at.is_(None))):
            work_on_file(session, run_id=each.id, at=at)
        session.expire_all()

    work()
    shown = page(browser, looking.location)
    assert ["Er is nog niets opgeslagen" in shown, "105,00" in shown, "Fouten" in shown] == [True] * 3
    told = page(browser, f"{looking.location}/findings.csv").splitlines()
    assert [row.split(",")[:3] for row in told[1:]] == [["fault", "3", "amount"], ["end", "3", ""]]
    booking = browser.post(f"{looking.location}/book")
    assert browser.post(f"{looking.location}/book").location == booking.location
    work()
    assert "De cijfers zijn bijgewerkt" in page(browser, booking.location)
    assert len(session.scalars(select(SpendLine)).all()) == 2
    back = f"/spend/upload/imports/{session.scalars(select(SpendImport.public_id)).one()}/undo"
    assert ["2026-Q3" in page(browser, back), "-105,00" in page(browser, back).replace("−", "-")] == [
        True,
        True,
    ]
    assert "later.csv" not in page(browser, back)
    _later(session, at)
    assert ["later.csv" in page(browser, back), "nieuw.csv" in page(browser, back)] == [True, False]
    assert browser.post(back, data={"reason": ""}).status_code == 422
    undoing = browser.post(back, data={"reason": "verkeerd jaar"})
    work()
    assert "Het bestand is teruggenomen" in page(browser, undoing.location)
    assert "verkeerd jaar" in page(browser, "/spend/upload")
    assert browser.get(back).status_code == 303
    other = sign_in(Role.PURCHASER, None)
    for address in (looking.location, back):
        assert other.get(address).status_code in {403, 404}


def test_how_long_it_takes_yet_is_told_from_how_it_went(at):
    later = at + timedelta(minutes=2)
    assert left(250, 1000, at, later) == timedelta(minutes=6)
    assert left(1000, 1000, at, later) == timedelta(0)
    assert [left(0, 1000, at, later), left(5, 0, at, later), left(5, 4, at, later), left(5, 9, at, at)] == [
        None
    ] * 4


def test_a_refusal_is_read_in_the_language_of_the_reader(sign_in, session, make_organisation, make_user, at):
    anchor = make_organisation(Side.ANCHOR)
    facts = {
        "kind": RunKind.LOOK,
        "anchor_id": anchor.id,
        "file_name": "x.csv",
        "actor_id": make_user().id,
        "at": at,
    }
    session.add(
        SpendRun(
            **facts, state=RunState.REFUSED, finished_at=at, result={"fault": dict(fault(unsure(["amount"])))}
        )
    )
    session.commit()
    run = session.scalars(select(SpendRun)).one()
    browser = sign_in(Role.PURCHASER, anchor)
    said = [page(browser, f"/spend/upload/runs/{run.public_id}?lang={each}") for each in ("nl", "en")]
    assert ["bedrag zonder btw" in each for each in said] == [True, False]
    assert "amount without VAT" in said[1]
