from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.kernel.clock import local_date
from cwb.notifications.models import Mail
from procurement.awards import errors, policy, queries, services
from procurement.awards.gateway import terms
from procurement.awards.rules import Result, Term
from procurement.evaluation import services as evaluation
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine
from procurement.tenders.errors import OutOfOrder

LONG = "De winnaar komt elke dag, u drie keer."
PREPARE = {"contact_name": "Anna", "contact_email": "a@voorbeeld.example", "terms": terms("nieuw_west")}


def mails(panel):
    return panel.session.scalar(select(func.count()).select_from(Mail).where(Mail.key.like("award-%")))


def test_one_prepares_another_sends_and_everyone_gets_a_letter_with_reasons(panel, points):
    decision = panel.decided(points)
    assert (decision.prepared_by_id, decision.sent_by_id) == (
        panel.world.anna.user_id,
        panel.world.bram.user_id,
    )
    assert panel.tender.decided_at == panel.at
    assert panel.tender.standstill_until == decision.standstill_until >= panel.at + timedelta(days=20)
    letters = {each.organisation.name: each for each in decision.letters}
    assert {name: each.result for name, each in letters.items()} == {
        "Glans": Result.WON, "Boen": Result.LOST, "Stof": Result.LOST,
    }  # fmt: skip
    boen = letters["Boen"].content
    assert boen["own"] == {
        "label": panel.label("Boen"),
        "rank": 2,
        "total": "43000",
        "price_minor": 4_700_000,
        "knocked_out": None,
    }
    assert [(each["name"], each["own"], each["winner"], each["note"]) for each in boen["gaps"]] == [
        ("Plan van aanpak", "2000", "4000", "Samen over plan"),
        ("Werk voor de buurt", "2000", "3000", "Samen over social"),
    ]
    assert boen["winner"] == {"name": "Glans", "price_minor": 4_800_000, "total": "41000"}
    assert "Stof" not in str(boen)
    assert scoring.written(engine.score(*scoring.read(boen["file"])))["ranking"][0]["total"] == "43000"
    assert mails(panel) == 3
    found = queries.notice(panel.session, panel.tender.id)
    [lot] = found.lots
    assert (lot.winner, lot.amount_minor, lot.bids, found.definitive_at) == (
        "Glans",
        4_800_000,
        3,
        None,
    )


def test_before_sending_there_is_no_notice(panel, points):
    panel.frozen(points)
    panel.prepare()
    assert queries.notice(panel.session, panel.tender.id) is None


def test_knocked_out_and_disqualified_bidders_read_why(panel, points):
    panel.compose()
    panel.do(
        evaluation.disqualify, panel.world.anna, label=panel.label("Stof"), reason="Verklaring niet getekend"
    )
    panel.score_all({name: each for name, each in points.items() if name != "Stof"})
    panel.do(evaluation.freeze, panel.carla)
    panel.prepare()
    panel.write("Boen")
    decision = panel.send()
    stof = next(each for each in decision.letters if each.organisation.name == "Stof")
    assert (stof.result, stof.content["reason"], stof.content["own"]) == (
        Result.DISQUALIFIED,
        "Verklaring niet getekend",
        None,
    )
    assert mails(panel) == 3


def test_no_decision_before_the_scores_stand(panel, points):
    with pytest.raises(errors.ScoresNotFrozen):
        panel.prepare()
    panel.frozen(points)
    with pytest.raises(errors.NotYourTender):
        panel.prepare(panel.world.eva)
    with pytest.raises(errors.NotYourTender):
        panel.prepare(panel.carla)
    for facts, fault in (
        ({"contact_name": " "}, errors.ContactMissing),
        ({"days": 19}, errors.TermTooShort),
        ({"terms": ()}, errors.NoTerm),
    ):
        with pytest.raises(fault):
            panel.do(services.prepare_decision, panel.world.anna, **{**PREPARE, **facts})
    panel.prepare()
    with pytest.raises(errors.AlreadyPrepared):
        panel.prepare(panel.world.bram)


def test_a_tie_is_decided_before_the_decision(world, make_panel):
    panel = make_panel(world, {"Glans": 4_800_000, "Boen": 4_600_000})
    panel.frozen({"Glans": {"plan": "40", "social": "40"}, "Boen": {"plan": "20", "social": "40"}})
    with pytest.raises(errors.TieOpen):
        panel.prepare()
    panel.do(evaluation.break_tie, world.anna, label=panel.label("Glans"), reason="Meeste kwaliteit")
    panel.prepare()
    [lot] = queries.find_decision(panel.session, panel.tender.id).lots
    assert lot.winner_bid_id == panel.bids[panel.suppliers["Glans"].organisation_id].id


def test_who_ended_equal_reads_how_it_was_decided(world, make_panel):
    panel = make_panel(world, {"Glans": 4_800_000, "Boen": 4_600_000, "Stof": 4_900_000})
    panel.frozen({
        "Glans": {"plan": "40", "social": "40"}, "Boen": {"plan": "20", "social": "40"},
        "Stof": {"plan": "20", "social": "20"},
    })  # fmt: skip
    panel.do(
        evaluation.break_tie, world.anna, label=panel.label("Glans"), reason="Glans heeft meer kwaliteit"
    )
    panel.prepare()
    for name in ("Boen", "Stof"):
        panel.write(name)
    sent = panel.send()
    told = {each.party_name: each.content["tie"] for each in sent.letters}
    assert sorted(told.values()) == ["", "Glans heeft meer kwaliteit", "Glans heeft meer kwaliteit"]


@pytest.mark.parametrize(
    "facts", [{"advantages": ""}, {"lesson": "Volgende keer beter"}, {"advantages": "x" * 30}]
)
def test_a_letter_without_own_words_is_not_kept(panel, points, facts):
    panel.frozen(points)
    with pytest.raises(errors.NotPrepared):
        panel.write("Boen")
    panel.prepare()
    given = {"label": panel.label("Boen"), "advantages": LONG, "lesson": LONG}
    with pytest.raises(errors.ReasonsTooShort):
        panel.do(services.write_letter, panel.world.anna, **{**given, **facts})
    with pytest.raises(errors.AwardNotFound):
        panel.do(services.write_letter, panel.world.anna, **{**given, "label": "Z"})
    panel.do(
        services.write_letter, panel.world.anna, label=panel.label("Glans"), advantages="", lesson=""
    )  # the winner's letter may do without


def test_nobody_sends_what_they_wrote_and_nothing_without_reasons(panel, points):
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen")
    with pytest.raises(errors.ReasonsMissing) as fault:
        panel.send()
    assert fault.value.facts == {"labels": panel.label("Stof")}
    panel.write("Stof", actor=panel.world.bram)
    for writer in (panel.world.anna, panel.world.bram):
        with pytest.raises(errors.SendBySamePerson):
            panel.send(writer)
    with pytest.raises(errors.NotYourTender):
        panel.send(panel.carla)
    assert panel.tender.decided_at is None
    assert mails(panel) == 0


def test_what_was_read_is_what_is_sent(panel, points):
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    with pytest.raises(errors.DecisionChanged):
        panel.send(version=1)


def test_a_longer_rule_since_preparing_stops_the_sending(panel, points):
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    longer = Term("x", (), local_date(panel.at) - timedelta(days=9), 30, "", "x", "setting")
    with pytest.raises(errors.TermTooShort):
        panel.do(services.send_decision, panel.world.bram, version=3, terms=(longer,))


def test_one_failing_mail_takes_everything_back(panel, points):
    """The outbox refuses one reader's letter: no letter, no mail, no standstill."""
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    panel.session.execute(
        text("ALTER TABLE mail ADD CONSTRAINT broken CHECK (recipient NOT LIKE '%stof%') NOT VALID")
    )
    panel.session.commit()
    with pytest.raises(DBAPIError, match="broken"):
        panel.send()
    panel.session.expire_all()
    decision = queries.find_decision(panel.session, panel.tender.id)
    assert (decision.sent_at, panel.tender.decided_at, mails(panel)) == (None, None, 0)
    assert all(each.content is None for each in decision.letters)
    sent = select(func.count()).select_from(AuditRecord).where(AuditRecord.action == "award.sent")
    assert panel.session.scalar(sent) == 0


def test_sent_once(panel, points):
    panel.decided(points)
    with pytest.raises(errors.AlreadySent):
        panel.send()
    with pytest.raises(errors.AlreadySent):
        panel.write("Boen")
    assert mails(panel) == 3


CHANGES = (
    "UPDATE award_letter SET advantages = 'anders'", "DELETE FROM award_letter", "DELETE FROM award_decision",
    "UPDATE award_decision SET standstill_until = standstill_until - interval '5 days'",
    "UPDATE lot_award SET winner_bid_id = winner_bid_id + 1", "DELETE FROM lot_award",
    "UPDATE lot_award SET winner_bid_id = NULL, reason = 'x'",
    "UPDATE award_decision SET definitive_at = standstill_until - interval '1 microsecond', definitive_by_id = sent_by_id",
    "UPDATE tender SET decided_at = NULL, standstill_until = NULL WHERE decided_at IS NOT NULL",
    "UPDATE tender SET standstill_until = NULL WHERE decided_at IS NOT NULL",
)  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_keeps_what_was_sent(panel, points, statement):
    panel.decided(points)
    with pytest.raises(DBAPIError), panel.session.begin_nested():
        panel.session.execute(text(statement))


def test_the_database_wants_two_people_and_reasons(panel, points):
    panel.frozen(points)
    panel.prepare()
    send = "UPDATE award_decision SET sent_at = now(), sent_by_id = :who, standstill_until = now() + interval '30 days'"
    words = "content = '{}', advantages = repeat('x', 30), lesson = repeat('x', 30)"
    with panel.session.begin_nested() as savepoint:
        panel.session.execute(text(f"UPDATE award_letter SET {words}"))
        with pytest.raises(DBAPIError, match="two_people"), panel.session.begin_nested():
            panel.session.execute(text(send), {"who": panel.world.anna.user_id})
        savepoint.rollback()
    with pytest.raises(DBAPIError, match="with reasons"), panel.session.begin_nested():
        panel.session.execute(text(send), {"who": panel.world.bram.user_id})
    panel.session.execute(text("DROP TRIGGER keep_decision ON award_decision"))
    panel.session.execute(text(send), {"who": panel.world.bram.user_id})


def test_a_shorter_wait_than_promised_does_not_fit_in_the_database(panel, points):
    panel.frozen(points)
    panel.prepare()
    panel.session.execute(text("DROP TRIGGER keep_decision ON award_decision"))
    with pytest.raises(DBAPIError, match="ck_award_decision_standstill"), panel.session.begin_nested():
        panel.session.execute(
            text(
                "UPDATE award_decision SET sent_at = now(), sent_by_id = :who, "
                "standstill_until = now() + interval '19 days'"
            ),
            {"who": panel.world.bram.user_id},
        )


def test_only_the_own_letter_is_read(panel, points):
    decision = panel.decided(points)
    letters = {
        each.organisation.name: queries.letter(panel.session, each.public_id) for each in decision.letters
    }
    boen = panel.suppliers["Boen"]
    assert [policy.may_read(boen, letters[name]) for name in ("Boen", "Glans")] == [True, False]
    for actor in (panel.world.anna, panel.carla, panel.world.eva):
        assert policy.may_read(actor, letters["Boen"])
    assert not policy.may_read(panel.world.supplier("Vreemd"), letters["Boen"])
    seen = {
        actor.name: len(panel.session.scalars(queries.letters(actor)).all())
        for actor in (boen, panel.world.anna, panel.world.eva)
    }
    assert list(seen.values()) == [1, 3, 3]
    assert panel.session.scalars(queries.letters(boen, result=Result.WON)).all() == []
    assert len(panel.session.scalars(queries.letters(boen, text="schoonmaak")).all()) == 1


def test_an_unsent_letter_is_not_for_its_bidder(panel, points):
    panel.frozen(points)
    panel.prepare()
    for each in queries.find_decision(panel.session, panel.tender.id).letters:
        found = queries.letter(panel.session, each.public_id)
        assert not policy.may_read(panel.suppliers[found.organisation.name], found)
        assert policy.may_read(panel.world.bram, found)


def test_without_a_valid_bid_it_fails_with_a_reason(panel):
    panel.compose()
    with pytest.raises(errors.StillBids):
        panel.do(services.declare_unsuccessful, panel.world.anna, reason="Niets")
    for label in ("A", "B", "C"):
        panel.do(evaluation.disqualify, panel.world.anna, label=label, reason=f"Reden {label}")
    with pytest.raises(errors.ReasonMissing):
        panel.do(services.declare_unsuccessful, panel.world.anna, reason=" ")
    panel.do(services.declare_unsuccessful, panel.world.anna, reason="Geen geldige inschrijving")
    assert panel.tender.unsuccessful_reason == "Geen geldige inschrijving"
    told = panel.session.scalars(select(Mail.text).where(Mail.key.like("unsuccessful-%"))).all()
    assert len(told) == 3
    assert all(sum(f"Reden {label}" in each for each in told) == 1 for label in "ABC")
    with pytest.raises(OutOfOrder):
        panel.do(services.declare_unsuccessful, panel.world.anna, reason="Nog eens")


def test_before_the_opening_nothing_fails(world):
    assert services.nothing_left(world.session, world.tender) is False


def test_all_knocked_out_leaves_nobody_to_award(panel, points):
    lots = "SELECT id FROM lot WHERE tender_id = :tender"
    panel.session.execute(text("ALTER TABLE criterion DISABLE TRIGGER keep_published_criterion"))
    panel.session.execute(
        text(f"UPDATE criterion SET min_points = 40 WHERE lot_id IN ({lots}) AND kind = 'quality'"),
        {"tender": panel.tender.id},
    )
    panel.session.expire_all()
    panel.frozen(points)
    with pytest.raises(errors.NobodyToAward):
        panel.prepare()
    assert services.nothing_left(panel.session, panel.tender)


def test_tasks_lead_through_the_decision(panel, points):
    def waits(actor):
        return [each.text.split(" %")[0] for each in queries.tasks(panel.session, actor, panel.at)]

    panel.frozen(points)
    assert waits(panel.world.anna) == ["Bereid het gunningsbesluit voor:"]
    panel.prepare()
    assert waits(panel.world.anna) == ["Maak de brieven af voor"]
    assert waits(panel.world.bram) == ["Lees en verstuur het gunningsbesluit:"]
    panel.write("Boen", "Stof")
    decision = panel.send()
    assert waits(panel.world.anna) == []
    assert waits(panel.suppliers["Boen"]) == ["Lees de uitslag van"]
    panel.world.at = decision.standstill_until
    assert waits(panel.world.anna) == ["Maak de gunning definitief:"]
    assert waits(panel.suppliers["Boen"]) == []
