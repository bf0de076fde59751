"""Pages say what stays because another file holds it, and a line leads to every file it is in."""

import re

from sqlalchemy import select

from cwb.kernel.policy import Role
from ledger.runs.services import work_on_file
from ledger.spend.models import SpendLine
from ledger.uploads.models import SpendRun
from tests.ledger.spend.conftest import purchase

ALFA, BETA = purchase("Alfa", "100.00"), purchase("Beta", "50.00")


def said(response):
    """What a page says, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_what_stays_is_told_before_and_after_and_where_it_counts(session, spend, book, sign_in, at):
    month, quarter = book(ALFA, name="maand.csv"), book(ALFA, BETA, name="kwartaal.csv")
    again = book(ALFA, name="nogeens.csv")
    session.commit()
    browser = sign_in(Role.PURCHASER, spend.anchor)
    booked = f"/spend/upload/imports/{again.public_id}"
    page = said(browser.get(booked))
    assert "Er kwam niets bij" in page
    assert "Regels die ook in een ander bestand staan" in page
    assert "maand.csv 1" in page
    assert "zijn opgeslagen" not in page
    page = said(browser.get(f"/spend/upload/imports/{month.public_id}/undo"))
    assert "Wat blijft tellen" in page
    assert "kwartaal.csv 1 € 100,00" in page.replace("\xa0", " ")
    assert "Latere bestanden hadden" not in page
    answer = browser.post(f"/spend/upload/imports/{month.public_id}/undo", data={"reason": "dubbel"})
    assert answer.status_code == 303
    run = session.scalars(select(SpendRun)).one()
    work_on_file(session, run_id=run.id, at=at)
    session.commit()
    assert "want ze staan ook in een ander bestand: 1" in said(browser.get(answer.location))
    line = session.scalars(select(SpendLine).where(SpendLine.document_number == "Alfa-1")).one()
    page = said(browser.get(f"/spend/lines/{line.public_id}"))
    assert "kwartaal.csv , regel 1" in page
    assert "De regel telt door" in page
    assert "Alleen regels die ook in een ander bestand staan" in said(
        browser.get(f"/spend/upload/imports/{month.public_id}")
    )
    assert "nogeens.csv 1" in said(browser.get(f"/spend/lines/files/{quarter.public_id}"))
    assert sign_in(Role.PURCHASER, spend.other).get(booked).status_code == 404
