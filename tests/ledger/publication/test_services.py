"""Publishing: two people, one text, nothing silent."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import fastjsonschema
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.queries import history
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.words import ReasonTooShort
from cwb.municipalities.rules import Table
from cwb.notifications.models import Mail
from cwb.places.gateway import area_pack
from ledger.exports.gateway import export
from ledger.figure.rules import SCHEMA, recompute
from ledger.opendata.rules import shape
from ledger.publication import errors, queries, rules, services
from ledger.publication.models import MeasureVersion
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts

STORY = {"told": "Ik vond werk in mijn eigen straat.", "person": "Bea", "agreed": True}


def test_what_is_signed_is_the_export_word_for_word_and_recomputes(session, desk):
    published = desk.publish()
    assert (published.period, published.version) == ("2026-Q2", 1)
    kept = queries.signed_text(session, published.preparation_id)
    prepared = published.preparation
    assert hashlib.sha256(kept.encode()).hexdigest() == prepared.checksum
    assert recompute(json.loads(kept)) == []
    sealed = history(session, f"figure:{prepared.public_id}")[0]
    assert (sealed.action, sealed.facts["hash"]) == ("figure.published", prepared.hash)


def test_attack_07_a_published_figure_stays_and_a_new_version_says_why(session, desk):
    first = desk.publish()
    before = queries.signed_text(session, first.preparation_id)
    with pytest.raises(errors.NothingChanged):
        desk.prepare(reason="nog een keer voor de vorm")
    desk.buy("Te laat")
    second = desk.publish(reason="een factuur kwam te laat binnen")
    assert second.version == 2
    assert queries.find_latest(session, "2026-Q2") is second
    assert queries.signed_text(session, first.preparation_id) == before
    signed = queries.document(session, second.preparation)
    told = signed["publication"]
    assert (told["version"], told["restates"]) == (
        2, {"version": 1, "hash": first.preparation.hash, "reason": "een factuur kwam te laat binnen"}
    )  # fmt: skip
    assert recompute(signed) == []
    assert fastjsonschema.compile(shape(SCHEMA))(signed) == signed
    forged = signed | {"publication": {"version": 1, "restates": None}}
    assert [each.partition(":")[0] for each in recompute(forged)] == ["hash"]
    changed = signed["figures"]["bridge"]["total"]["d1"]
    assert (json.loads(before)["figures"]["bridge"]["total"]["d1"], changed) == ("1000.00", "1100.00")


def test_attack_08_a_credit_note_after_the_quarter_shows_as_a_change_of_the_published_one(session, desk):
    published = desk.publish()
    note = LineFacts(
        SupplierFacts("Dichtbij 0"), "C1", date(2026, 7, 3), Money.of("-40"), credits_document="Dichtbij 0"
    )
    record_spend(session, anchor=desk.anchor, lines=[note], actor_id=None, at=desk.at)
    now = export(session, Period.parse("2026-Q2"), area_pack())
    changed = rules.changes(queries.document(session, published.preparation), now)
    assert ("", "d1", "1000.00", "960.00") in changed


def test_a_version_that_a_figure_names_stands_for_one_content_for_good(session, desk, monkeypatch):
    prepared = desk.prepare()
    area = area_pack()
    kept = {(each.kind, each.version): each.checksum for each in session.scalars(select(MeasureVersion))}
    assert kept == {
        ("area", area.version): rules.place_content(area), ("definition", prepared.definition): rules.measure_content(),
        **{(each.kind, str(each.valid_from)): each.checksum for each in area.tables},
    }  # fmt: skip
    moved = next(iter(area.buurten.values()))
    other = replace(area, buurten={**area.buurten, moved.code: replace(moved, focus=not moved.focus)})
    signed = {"prepared": prepared, "actor_id": desk.people[1].id, "at": desk.at}
    with pytest.raises(errors.VersionChanged), session.begin_nested():
        services.sign_figure(session, area=other, reason="de raad wil het nu zien", **signed)
    monkeypatch.setattr(rules, "PROVES", 1)
    with pytest.raises(errors.VersionChanged):
        services.sign_figure(session, area=area, reason="de raad wil het nu zien", **signed)
    for statement in (
        "UPDATE measure_version SET checksum = repeat('0', 64)", "DELETE FROM measure_version", "TRUNCATE measure_version",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


def test_a_signed_figure_names_its_tables_of_addresses_and_a_date_stands_for_one_table(session, desk):
    table = Table("addresses", date(2026, 8, 1), "CBS (voorbeeld)", "a" * 64)
    area = replace(area_pack(), tables=(table,))
    signed = desk.sign(desk.prepare(area=area), area=area)
    document = queries.document(session, signed.preparation)
    assert document["publication"]["tables"] == [
        {"kind": "addresses", "valid_from": "2026-08-01", "source": "CBS (voorbeeld)", "checksum": "a" * 64}
    ]
    other = replace(area, tables=(table._replace(checksum="b" * 64),))
    with pytest.raises(errors.VersionChanged):
        desk.prepare(area=other, reason="de tabel is vervangen")
    later = replace(area, tables=(table, table._replace(valid_from=date(2027, 8, 1), checksum="b" * 64)))
    desk.buy("Erbij")
    prepared = desk.prepare(area=later, reason="er kwam een regel bij")
    session.execute(text("ALTER TABLE measure_version DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM measure_version WHERE kind = 'addresses' AND version = '2027-08-01'"))
    with pytest.raises(DBAPIError, match="tables that are kept"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO spend_publication (preparation_id, period, version, signed_by_id, at, early_reason, told)"
                " VALUES (:preparation, '2026-Q2', 2, :who, :at, 'nu nodig voor de raad', '[]')"
            ),
            {"preparation": prepared.id, "who": desk.people[1].id, "at": desk.at},
        )


def test_the_database_signs_no_figure_whose_versions_are_not_kept(session, desk):
    prepared = desk.prepare()
    session.execute(text("ALTER TABLE measure_version DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM measure_version WHERE kind = 'area'"))
    with pytest.raises(DBAPIError, match="versions that are kept"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO spend_publication (preparation_id, period, version, signed_by_id, at, early_reason, told)"
                " VALUES (:preparation, '2026-Q2', 1, :who, :at, 'nu nodig voor de raad', '[]')"
            ),
            {"preparation": prepared.id, "who": desk.people[1].id, "at": desk.at},
        )


def test_nobody_signs_alone_nor_what_changed_nor_twice(session, desk):
    prepared = desk.prepare()
    with pytest.raises(errors.SamePerson):
        desk.sign(prepared, who=0)
    desk.buy("Intussen")
    with pytest.raises(errors.Stale):
        desk.sign(prepared)
    again = desk.prepare()
    with pytest.raises(errors.Superseded):
        desk.sign(prepared)
    desk.sign(again)
    with pytest.raises(errors.AlreadySigned):
        desk.sign(again)


def test_buyers_hear_of_a_figure_and_who_signs_within_their_term_says_why(session, desk, make_user):
    buyer = make_user((Role.PURCHASER, desk.anchor))
    prepared = desk.prepare()
    letters = session.scalars(select(Mail).where(Mail.recipient == buyer.email).order_by(Mail.id)).all()
    assert ["tot en met dinsdag 8 september 2026" in each.text for each in letters] == [True]
    assert prepared.comments_until == date(2026, 9, 8), "five working days from Tuesday 1 September"
    for reason in ("", "  kort   "):
        with pytest.raises(ReasonTooShort):
            desk.sign(prepared, reason=reason)
    assert desk.sign(prepared, at=desk.at + timedelta(days=8), reason="").early_reason == ""


@pytest.mark.parametrize(("days", "reason", "right"), [(7, "", False), (7, "x" * 10, True), (8, "", True)])
def test_the_database_asks_why_a_figure_is_signed_within_the_term(session, desk, days, reason, right):
    desk.prepare()
    insert = text(
        "INSERT INTO spend_publication (preparation_id, period, version, told, early_reason, narrow_reason, signed_by_id, at) "
        "SELECT id, period, 1, '[]', :reason, '', :who, at + make_interval(days => :days) FROM spend_preparation"
    )
    facts = {"reason": reason, "who": desk.people[1].id, "days": days}
    if right:
        session.execute(insert, facts)
        assert queries.find_latest(session, "2026-Q2").early_reason == reason
        return
    with pytest.raises(DBAPIError, match="days to comment"), session.begin_nested():
        session.execute(insert, facts)


def test_a_running_quarter_is_not_prepared(desk):
    with pytest.raises(errors.PeriodRunning):
        desk.prepare(period=Period.parse("2026-Q3"))


def test_an_anchor_comments_for_itself_until_it_is_signed(session, desk, make_organisation):
    prepared = desk.prepare()

    def say(said, anchor_id=desk.anchor.id):
        return services.comment_on_figure(
            session, prepared=prepared, anchor_id=anchor_id, said=said, actor_id=desk.people[0].id, at=desk.at
        )  # fmt: skip

    say("Dit klopt nog niet helemaal.")
    say("Dit klopt met onze boeken.")
    with pytest.raises(errors.NotInFigure):
        say("Wij kochten ook iets.", make_organisation().id)
    assert [each.text for each in queries.comments(session, prepared).now] == ["Dit klopt met onze boeken."]
    desk.sign(prepared)
    with pytest.raises(errors.AlreadySigned):
        say("Toch nog een woord erbij.")


def test_what_was_said_of_an_earlier_preparation_stands_beside_the_next_one(session, desk):
    earlier = desk.prepare()

    def say(prepared, said):
        services.comment_on_figure(
            session,
            prepared=prepared,
            anchor_id=desk.anchor.id,
            said=said,
            actor_id=desk.people[0].id,
            at=desk.at,
        )

    say(earlier, "Er ontbreekt een factuur.")
    desk.buy("De factuur")
    prepared = desk.prepare()
    said = queries.comments(session, prepared)
    assert (said.now, [each.text for each in said.before]) == ([], ["Er ontbreekt een factuur."])
    say(prepared, "Nu klopt het met onze boeken.")
    told = [[each.text for each in part] for part in queries.comments(session, prepared)]
    assert told == [["Nu klopt het met onze boeken."], ["Er ontbreekt een factuur."]]
    assert queries.comments(session, earlier).before == []


def test_a_story_stands_with_a_yes_and_is_wiped_when_taken_back(session, desk):
    published = desk.publish()
    given = {"publication": published, "actor_id": desk.people[0].id, "at": desk.at}
    story = services.tell_story(session, **given, **STORY, consented_on=date(2026, 8, 1))
    with pytest.raises(errors.StoryThere):
        services.tell_story(session, **given, **STORY, consented_on=date(2026, 8, 1))
    services.withdraw_story(session, **given)
    assert (story.text, story.person, queries.find_story(session, published.id)) == ("", "", None)
    with pytest.raises(errors.StoryGone):
        services.withdraw_story(session, **given)


LATE = """
    INSERT INTO spend_comment (preparation_id, anchor_id, text, actor_id, at)
    SELECT preparation_id, :anchor, 'te laat', signed_by_id, now() FROM spend_publication
"""
FORGED = """
    INSERT INTO spend_preparation (public_id, period, area_id, area_version, definition, hash, checksum, document,
        reason, comments_until, prepared_by_id, at)
    SELECT gen_random_uuid(), period, area_id, area_version, definition, hash, checksum,
        jsonb_set(document::jsonb, '{facts}', '{}')::text, 'x', comments_until, prepared_by_id, at
    FROM spend_preparation
"""
NAMELESS = """
    INSERT INTO spend_story (public_id, publication_id, text, person, consented_on, written_by_id, at)
    SELECT gen_random_uuid(), id, 'x', '', now(), signed_by_id, now() FROM spend_publication
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE spend_preparation SET reason = 'x'", "DELETE FROM spend_publication",
        "UPDATE spend_publication SET version = 3", LATE, FORGED, NAMELESS,
    ],
)  # fmt: skip
def test_attack_18_the_database_keeps_what_was_published(session, desk, statement):
    desk.publish()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement), {"anchor": desk.anchor.id} if ":anchor" in statement else {})


@pytest.mark.parametrize(
    ("who", "version", "told", "wrong"),
    [
        ("prepared_by_id", 1, "'[]'", "second person"), (":other", 2, "'[]'", "follow each other"),
        (":other", 1, "NULL", "what was told"), (":other", 1, "'{}'", "ck_spend_publication_told"), (":other", 1, "'[]'", ""),
    ],
)  # fmt: skip
def test_the_database_asks_for_a_second_person_the_next_version_and_what_was_told(
    session, desk, who, version, told, wrong
):
    desk.prepare()
    insert = text(
        "INSERT INTO spend_publication (preparation_id, period, version, told, early_reason, narrow_reason, signed_by_id, at) "
        f"SELECT id, period, {version}, {told}, '', '', {who}, at + interval '99 days' FROM spend_preparation"
    )
    facts = {"other": desk.people[1].id} if who == ":other" else {}
    if not wrong:
        session.execute(insert, facts)
        assert queries.find_latest(session, "2026-Q2").version == 1
        return
    with pytest.raises(DBAPIError, match=wrong), session.begin_nested():
        session.execute(insert, facts)


def test_attack_19_a_version_that_shows_a_few_suppliers_says_why_it_cannot_wait(session, desk):
    first = desk.publish()
    assert first.narrow_reason == ""
    desk.buy("Te laat", euros="483")
    prepared = desk.prepare(reason="een factuur kwam te laat binnen")
    with pytest.raises(errors.NarrowChange), session.begin_nested():
        desk.sign(prepared, cannot_wait="nu")
    insert = text(
        "INSERT INTO spend_publication (preparation_id, period, version, told, early_reason, narrow_reason, signed_by_id,"
        " at) SELECT id, period, 2, '[]', '', '', :by, at + interval '99 days' FROM spend_preparation WHERE id = :id"
    )
    with pytest.raises(DBAPIError, match="says why it cannot wait"), session.begin_nested():
        session.execute(insert, {"by": desk.people[1].id, "id": prepared.id})
    second = desk.sign(prepared)
    assert second.narrow_reason == "de fout is te groot om te wachten"
    desk.buy(*(f"Laat {number}" for number in range(5)))
    third = desk.prepare(reason="nog vijf facturen kwamen te laat")
    assert rules.narrow(queries.document(session, prepared), queries.document(session, third)) == []
    assert desk.sign(third, cannot_wait="").narrow_reason == ""


def test_attack_19_a_version_that_shows_what_a_sole_trader_was_paid_waits(session, desk):
    desk.publish()
    desk.at += timedelta(days=1)
    trader = LineFacts(SupplierFacts("Zzp", natural_person=True), "Z1", date(2026, 5, 6), Money.of("483"))
    record_spend(session, anchor=desk.anchor, lines=[trader], actor_id=None, at=desk.at)
    prepared = desk.prepare(reason="een factuur kwam te laat binnen")
    with pytest.raises(errors.PersonShown), session.begin_nested():
        desk.sign(prepared)
    insert = text(
        "INSERT INTO spend_publication (preparation_id, period, version, told, early_reason, narrow_reason, signed_by_id,"
        " at) SELECT id, period, 2, '[]', '', 'te groot', :by, at + interval '99 days' FROM spend_preparation"
        " WHERE id = :id"
    )
    with pytest.raises(DBAPIError, match="a sole trader was paid waits"), session.begin_nested():
        session.execute(insert, {"by": desk.people[1].id, "id": prepared.id})
    desk.buy(*(f"Laat {number}" for number in range(4)))
    assert desk.sign(desk.prepare(reason="vijf facturen kwamen te laat")).version == 2
