from datetime import UTC, date, datetime

from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from procurement.counsel import queries
from procurement.counsel.gateway import patterns
from procurement.drafting import services as drafting


def test_a_purchaser_reads_explains_and_asks_for_a_review(buying, sign_in_user, session):
    tender = drafting.arrange_lots(
        session, tender=buying.draft(), no_lots_reason="Het werk is één geheel en klein.",
        requirements="Lokale ondernemers krijgen <b>voorrang</b>.", **buying.by(),
    )  # fmt: skip
    session.commit()
    author = sign_in_user(buying.author)
    address = f"/tenders/{tender.number}"
    page = author.get(f"{address}/draft").text
    assert "1 open" in page
    assert "Vraag een collega" not in page
    page = author.get(f"{address}/counsel").text
    assert "&lt;b&gt;voorrang" in page
    [each] = queries.findings(session, tender, buying.law, patterns(), local_date(buying.at))
    form = f"{address}/counsel/{each.fingerprint}"
    assert "percelen" in author.get(form).text
    assert "Een paar woorden is te weinig" in author.post(form, data={"answer": "mag"}).text
    assert author.post(form, data={"answer": "Dit gaat om bewoners die zelf meedoen."}).status_code == 303
    assert "beantwoord" in author.get(f"{address}/draft").text
    assert "bewoners die zelf meedoen" in sign_in_user(buying.colleague).get(f"{address}/counsel").text


def test_nobody_else_reads_or_answers(buying, sign_in_user, make_user, make_organisation, session, client):
    tender = buying.draft()
    session.commit()
    stranger = sign_in_user(make_user((Role.PURCHASER, make_organisation(Side.ANCHOR))))
    for path in ("", "/" + "0" * 64):
        assert stranger.get(f"/tenders/{tender.number}/counsel{path}").status_code == 404
        assert client.get(f"/tenders/{tender.number}/counsel{path}").status_code == 303
    assert sign_in_user(buying.author).get(f"/tenders/{tender.number}/counsel/{'0' * 64}").status_code == 404


def test_odd_days_are_told_where_one_plans_and_where_one_checks(buying, sign_in_user, session):
    tender = buying.draft(closes_at=datetime(2027, 6, 6, 10, tzinfo=UTC))
    session.commit()
    author, colleague = sign_in_user(buying.author), sign_in_user(buying.colleague)
    address = f"/tenders/{tender.number}"
    pages = [
        *(author.get(f"{address}/{path}").text for path in ("draft", "draft/planning", "counsel")),
        colleague.get(f"{address}/review").text,
    ]
    for shown in pages:
        assert "Het werk begint voor het inschrijven sluit" in shown
        assert "Sluit in het weekend of op een feestdag" in shown, "a Sunday"
    assert "Niets gevonden" not in pages[2]
    tender.starts_on = date(2027, 9, 1)
    session.commit()
    assert "Het werk begint voor" not in author.get(f"{address}/draft/planning").text
