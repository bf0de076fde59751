"""A sample of a published figure, from its seed to its outcome."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from ledger.samples import errors, queries, services
from ledger.samples.rules import draw


def plan(session, desk, **facts):
    given = {"method": "random", "size": 4, "seed": "31415926"} | facts
    published = given.pop("publication", None) or desk.publish()
    return services.plan_sample(session, publication=published, actor_id=desk.auditor.id, at=desk.at, **given)


def drawn(session, desk, **facts):
    made = queries.sample(session, plan(session, desk, **facts).public_id)
    services.draw_sample(session, sample=made, actor_id=desk.auditor.id, at=desk.at)
    session.expire_all()
    return queries.sample(session, made.public_id)


def test_the_lines_of_then_are_drawn_also_after_they_changed(session, desk):
    published = desk.publish()
    lines = queries.population(session, published.preparation)
    assert (len(lines), sum(line.amount for line in lines)) == (10, 100_000)
    later = desk.at.replace(hour=15)
    desk.at = later
    desk.buy("Te laat")
    made = drawn(session, desk, publication=published)
    assert [str(each.line.public_id) for each in made.items] == [
        each.line.key for each in draw(lines, method="random", seed="31415926", size=4)
    ]
    with pytest.raises(errors.Drawn):
        services.draw_sample(session, sample=made, actor_id=desk.auditor.id, at=later)


def test_attack_18_lines_that_do_not_add_up_to_what_was_published_are_not_drawn(session, desk):
    published = desk.publish()
    desk.buy("Van dezelfde minuut")
    with pytest.raises(errors.PopulationDiffers):
        plan(session, desk, publication=published)


MORE = """
    INSERT INTO spend_sample_item (sample_id, position, line_id, hits)
    SELECT (SELECT max(id) FROM spend_sample), 9, max(id), 1 FROM spend_line
    WHERE id NOT IN (SELECT line_id FROM spend_sample_item)
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE spend_sample SET seed = 'iets anders'", "DELETE FROM spend_sample_item", MORE,
        "UPDATE spend_sample_finding SET finding = 'right'",
    ],
)  # fmt: skip
def test_the_database_keeps_seed_lines_and_findings(session, desk, statement):
    made = drawn(session, desk)
    services.write_finding(
        session, item=made.items[0], finding="no_paper", right_amount=None, note="", actor_id=desk.auditor.id, at=desk.at
    )  # fmt: skip
    with pytest.raises(DBAPIError, match=r"append-only|no more than was planned"), session.begin_nested():
        session.execute(text(statement))


def test_the_auditor_draws_finds_and_everybody_reads_the_outcome(sign_in_user, client, session, desk):
    desk.publish()
    session.commit()  # a refusal rolls back no further than here
    auditor, programme = sign_in_user(desk.auditor), sign_in_user(desk.people[0])
    data = {"method": "money", "size": "3", "seed": "31415926"}
    address = "/spend/samples/2026-Q2/1"
    assert programme.post(f"{address}/new", data=data).status_code == 403
    assert auditor.post(f"{address}/new", data=data | {"size": "11"}).status_code == 422
    page = auditor.post(f"{address}/new", data=data).location
    assert auditor.post(f"{page}/draw").status_code == 303
    assert auditor.post(f"{page}/draw").status_code == 409
    places = [each.position for each in queries.sample(session, page.rsplit("/", 1)[1]).items]
    wrong = {"finding": "wrong_amount", "right_amount": ""}
    assert auditor.post(f"{page}/lines/1", data=wrong).status_code == 422
    assert auditor.post(f"{page}/lines/1", data=wrong | {"right_amount": "90"}).status_code == 303
    for place in places[1:]:
        assert auditor.post(f"{page}/lines/{place}", data={"finding": "right"}).status_code == 303
    assert auditor.get(f"{page}/lines/99").status_code == 404
    told = client.get(address).text
    assert "Fout: 1" in told
    assert "Met 95% zekerheid is hooguit 86,5" in told
    assert "31415926" in told
    assert client.get(page).status_code == 303
    assert "wrong_amount,90.00" in programme.get(f"{page}.csv").text
    lines = programme.get(f"{page}/lines.csv").text.splitlines()
    assert (lines[0], len(lines)) == ("\ufeffid,amount", 11)


def test_a_finding_is_of_the_list(session, desk):
    made = drawn(session, desk)
    with pytest.raises(errors.FindingUnknown):
        services.write_finding(
            session, item=made.items[0], finding="fine", right_amount=Money(1), note="", actor_id=desk.auditor.id,
            at=desk.at,
        )  # fmt: skip


def test_the_right_amount_may_be_nothing_and_is_never_the_one_that_was_booked(session, desk):
    item = drawn(session, desk).items[0]
    facts = {"item": item, "finding": "wrong_amount", "note": "", "actor_id": desk.auditor.id, "at": desk.at}
    with pytest.raises(errors.RightAmountSame):
        services.write_finding(session, right_amount=Money(item.line.net_amount), **facts)
    assert services.write_finding(session, right_amount=Money(0), **facts).right_amount == 0
