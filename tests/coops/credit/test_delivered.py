"""What buyers accepted under contracts made here, as earlier work of who delivered it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from coops.experience import queries, rules
from coops.experience.rules import Delivered, JobFacts
from coops.experience.services import add_job
from ledger.agreements.rules import change_reference
from ledger.invoicing.services import credit_invoice, draft_invoice, send_invoice
from procurement.lots.queries import candidates


def test_only_what_was_accepted_counts_less_what_was_credited(wheel):
    session, own = wheel.session, wheel.coop.id
    assert queries.all_jobs(session, wheel.today) == {}, "a contract alone is no work done"
    first, second = wheel.invoice(), wheel.invoice()
    [made] = queries.all_jobs(session, wheel.today)[own]
    assert (made.contract, made.client, made.value_minor) == ("C-2026-0900", wheel.anchor.name, 200_000)
    assert (made.starts_on, made.ends_on, made.cpv) == (wheel.today - timedelta(days=20), None, "90910000")
    wheel.pay(first)
    assert queries.all_jobs(session, wheel.today)[own] == [made], "paid is accepted too"
    [over] = queries.all_jobs(session, wheel.today + timedelta(days=301))[own]
    assert over == replace(made, ends_on=wheel.today), (
        "of a contract that is over, the last day of accepted work"
    )
    who = {"actor": wheel.people["board"], "at": wheel.at}
    sent = draft_invoice(
        session, agreement=wheel.agreement, seller_id=own, quantities={wheel.agreement.lines[0].id: Decimal(5)},
        delivered_from=wheel.today, delivered_until=wheel.today, **who,
    )  # fmt: skip
    send_invoice(session, invoice=sent, agreement=wheel.agreement, **who)
    for invoice in (sent, second):
        [line] = invoice.lines
        credit_invoice(session, invoice=invoice, quantities={line.id: Decimal(4)}, reason="Te veel", **who)
    [less] = queries.all_jobs(session, wheel.today)[own]
    assert less == replace(made, value_minor=160_000), "not what was only sent, nor the note on it"


def test_what_fits_counts_it_and_names_the_contract(wheel, sign_in_user):
    wheel.invoice()
    wheel.session.commit()
    us = next(each for each in candidates(wheel.session, wheel.at) if each.organisation_id == wheel.coop.id)
    assert (us.largest_minor, us.largest_from) == (100_000, "C-2026-0900")
    assert [each.value_minor for each in us.jobs] == [100_000]
    page = sign_in_user(wheel.users["board"]).get("/fitting").text
    assert re.search(r"€\s1\.000,00</bdi> per jaar, contract C-2026-0900 van hier", page)
    assert re.search(
        r"Werk dat u hier leverde</dt>\s*<dd[^>]*>C-2026-0900: <bdi dir=.ltr.>€\s1\.000,00", page
    )


def test_what_was_written_down_of_a_contract_made_here_counts_once_and_says_so(wheel, sign_in_user, client):
    wheel.invoice()
    [made] = queries.all_jobs(wheel.session, wheel.today)[wheel.coop.id]
    facts = JobFacts("Zelfde werk", made.client, 95_000, made.cpv, made.starts_on)
    add_job(wheel.session, facts=facts, actor=wheel.people["board"], at=wheel.at)
    add_job(wheel.session, facts=replace(facts, value_minor=50_000), actor=wheel.people["board"], at=wheel.at)
    wheel.session.commit()
    found = queries.all_jobs(wheel.session, wheel.today)[wheel.coop.id]
    assert [each.value_minor for each in found] == [50_000, 100_000]
    told = "Dit lijkt contract C-2026-0900 van hier"
    assert sign_in_user(wheel.users["board"]).get("/experience").text.count(told) == 1
    assert client.get(f"/cooperatives/{wheel.coop.public_id}/jobs").text.count(told) == 1


def test_everybody_reads_what_a_cooperative_delivered_here(wheel, client):
    own = f"/cooperatives/{wheel.coop.public_id}"
    assert "Hier geleverd" not in client.get(f"{own}/jobs").text
    wheel.invoice()
    wheel.session.commit()
    [told] = queries.delivered(wheel.session, wheel.coop.id, wheel.today)
    assert (told.contract, told.value_minor) == ("C-2026-0900", 1_000_00)
    assert queries.delivered(wheel.session, wheel.anchor.id, wheel.today) == []
    page = client.get(f"{own}/jobs?again").text
    assert re.search(r"Hier geleverd.*C-2026-0900.*1\.000,00", page, re.DOTALL)
    assert "Nog geen eerder werk" not in page
    assert "Bij het eerdere werk staat wat hier is geleverd." in client.get(own).text


def accepted(reference, minor, **facts):
    day = date(2026, 3, 1)
    known = Delivered(7, reference, "Werk", "Koper", "90910000", day, day, date(2026, 12, 31), minor)
    return replace(known, **facts)


def test_a_contract_and_its_changes_are_one_job():
    on = date(2027, 1, 1)
    parts = [
        accepted("C-2026-0001", 100, since=date(2026, 1, 1)), accepted("C-2026-0002", 0),
        accepted(change_reference("C-2026-0001", 1), 50, until=date(2026, 9, 1)), accepted("C-2026-0001", 7, party_id=8),
    ]  # fmt: skip
    made = rules.jobs_of(parts, on)
    [job], [other] = made[7], made[8]
    assert (job.contract, job.value_minor) == ("C-2026-0001", 150)
    assert (job.starts_on, job.ends_on) == (date(2026, 1, 1), date(2026, 9, 1))
    assert other.value_minor == 7, "each supplier of a joint contract its own part"
    assert rules.jobs_of(parts, date(2026, 12, 31))[7][0].ends_on is None, "it still runs on its last day"
