"""From the desk that sees a paper to a public result, on the pages."""

import re
from datetime import timedelta

from sqlalchemy import text as sql

from coops.ballots import jobs
from coops.ballots.models import Ballot
from cwb.kernel.clock import now
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from tests.ledger.desk.pages import posting, text
from tests.ledger.wallets.test_views import press, send


def fund(session, keeper):
    bank, held = (
        open_account(session, party_id=keeper.id, role=role, currency="EURX")
        for role in (AccountRole.BANK, AccountRole.FUND)
    )
    post(session, key="fee", kind="voucher_redeemed", legs=[Leg(bank, 50_00), Leg(held, -50_00)], at=now())
    session.commit()


def vote(browser, there, choice):
    page = browser.get(f"{there}/vote").get_data(as_text=True)
    voter = re.search(r'<option value="([0-9a-f-]{36})"', page)[1]
    return send(browser, f"{there}/vote", voter=voter, choice=choice).status_code


def close(session):
    """The days of the vote pass."""
    session.commit()
    session.execute(sql("ALTER TABLE ballot DISABLE TRIGGER ballot_keep"))
    session.execute(
        sql(
            "UPDATE ballot SET opened_at = opened_at - interval '20 days', closes_at = closes_at - interval '20 days'"
        )
    )
    session.execute(sql("ALTER TABLE ballot ENABLE TRIGGER ballot_keep"))
    session.commit()
    jobs.count_due(session, now())
    session.expire_all()


def test_residents_decide_and_everybody_reads_and_recounts_it(session, sign_in, client, make_organisation):
    runs, keeper = sign_in(Role.PROGRAMME), make_organisation()
    send(runs, "/currency/NWE/set-up", keeper_kvk=keeper.kvk_number)
    fund(session, keeper)
    people = [sign_in(Role.RESIDENT) for _ in range(5)]
    assert "Laat eerst zien dat u hier woont" in text(people[0].get("/ballots/propose/NWE"))
    assert "Niemand logt hier in" in text(send(runs, "/residents", email="niemand@voorbeeld.example"))
    for each in people:
        desk = send(runs, "/residents", email=each.user.email).location
        assert send(runs, desk, shown="letter").status_code == 303
    assert "Nu stemmen mee: 5" in text(runs.get("/residents"))
    assert runs.get("/residents/all.csv").status_code == 200
    assert people[0].get("/residents").status_code == 403

    facts = {
        "title": "Een bankje", "text": "Een bankje bij de speeltuin in de wijk.", "days": "7",
        "payee": "Buurtwerkplaats (voorbeeld)",
    }  # fmt: skip
    assert "€ 50,00" in text(send(people[0], "/ballots/propose/NWE", amount="50,01", **facts))
    there = send(people[0], "/ballots/propose/NWE", amount="40,00", **facts).location
    assert people[0].user.name not in text(client.get(there))
    assert "Stem mee: Een bankje" in text(people[1].get("/"))
    assert people[0].get("/ballots/propose/NWE").status_code == 303
    assert runs.get(f"{there}/vote").status_code == 303
    for place, each in enumerate(people):
        assert vote(each, there, "for" if place else "against") == 303
    assert "u stemde" in text(people[1].get(there))
    assert "Gestemd tot nu 5" in text(client.get(there))
    assert "4" not in str(client.get(f"{there}/result.json").json["result"])
    close(session)

    page = text(client.get(there))
    assert "aangenomen" in page
    assert "klopt" in page
    found = client.get(f"{there}/result.json").json
    assert found["result"]["votes"] == {"for": 4, "against": 1, "abstain": 0}
    assert "Betaal uit het fonds: Een bankje" in text(runs.get("/"))
    assert people[1].get(f"{there}/pay").status_code == 403
    assert send(runs, f"{there}/pay", reference="NL-77").status_code == 303
    assert runs.get(f"{there}/pay").status_code == 303
    assert "kenmerk NL-77" in text(client.get(there))
    assert "In het fonds zit € 10,00" in text(client.get("/ballots")).replace("\xa0", " ")
    assert session.query(Ballot).one().asked == Money(40_00)
    assert found["sha256"] in client.get("/ballots/all.csv").get_data(as_text=True)


def test_the_programme_puts_rules_to_the_vote_and_takes_the_result_over(session, sign_in, make_organisation):
    runs = sign_in(Role.PROGRAMME)
    boards = [sign_in(Role.BOARD, make_organisation()) for _ in range(3)]
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    for each in boards:
        press(each, "/wallet", "/wallet/open/NWE")
    day = (now() + timedelta(days=60)).date().isoformat()
    form = posting(
        runs.get("/money-rules/NWE/propose"),
        words="Iedereen neemt het aan.",
        starts_on=day,
        accept_where=["cooperative", "organisation", "resident"],
        demurrage_every="never",
    )
    made = runs.post("/money-rules/NWE/propose", data=form).location
    page = runs.get("/ballots")
    assert "Leg versie 1" in text(page)
    key = made.rsplit("/", 1)[1]
    assert press(runs, "/ballots", f"/ballots/rules/{key}").status_code == 303
    ballot = session.query(Ballot).one()
    there = f"/ballots/{ballot.number}"
    assert press(runs, "/ballots", f"/ballots/rules/{key}").status_code == 409
    assert session.query(Ballot).count() == 1
    assert "Stem voor uw organisatie" in text(boards[0].get("/"))
    for each in boards:
        assert vote(each, there, "for") == 303
    close(session)
    assert press(runs, there, f"{there}/take-over").status_code == 303
    assert ballot.number in text(runs.get(made))
    assert boards[0].get(f"{there}/withdraw").status_code == 303
