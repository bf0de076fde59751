from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from coops.initiatives import errors
from coops.initiatives.models import InitiativeEvidence
from coops.initiatives.queries import initiative as reread
from coops.initiatives.queries import ladder_of, locked_initiative
from coops.initiatives.rules import Step
from coops.papers.models import CooperativePaper
from coops.register.errors import PaperUnnamed
from coops.register.rules import Proof
from coops.steps import queries, services
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.events import listen
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.agreements.events import AgreementMade
from ledger.agreements.rules import AgreementLine
from ledger.agreements.services import make_agreement
from tests.coops.initiatives.test_services import extract, found_with
from tests.coops.initiatives.test_services import show as show_as
from tests.coops.initiatives.test_services import stands as stands_at


@pytest.fixture
def checker(make_organisation, make_user):
    return make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME)))


@pytest.fixture
def show(session, initiative, people, at):
    found_with(session, initiative, people[0], people[1], at)

    def told(step, **facts):
        given = {
            "text": "Het ligt bij de notaris",
            "reached_on": local_date(at),
            "user_id": people[0].id,
            **facts,
        }
        return services.show_step(session, initiative=initiative, step=step, at=at, **given)

    return told


def stands(session, initiative, at):
    session.expire_all()
    return ladder_of(reread(session, initiative.public_id), local_date(at))


def test_a_check_of_words_describes_the_paper_that_was_seen(session, initiative, show, deed, checker, at):
    show("statutes", file=deed)
    told = show("kvk", kvk="12345678")
    about = {"initiative": initiative, "evidence": told, "user_id": checker.id, "at": at}
    whole = Proof("", None, "other", local_date(at), "In het handelsregister")
    for proof in (None, whole._replace(kind=""), whole._replace(dated_on=None), whole._replace(place=" ")):
        with pytest.raises(PaperUnnamed):
            services.check_evidence(session, **about, proof=proof)
    with pytest.raises(DBAPIError, match="a check needs something to see"), session.begin_nested():
        session.execute(
            text("UPDATE initiative_evidence SET checked_at = now(), checked_by_id = :by WHERE id = :id"),
            {"by": checker.id, "id": told.id},
        )
    services.check_evidence(session, **about, proof=whole)
    assert (told.paper_kind, told.paper_place) == ("other", "In het handelsregister")
    with pytest.raises(DBAPIError, match="stays"), session.begin_nested():
        session.execute(text("UPDATE initiative_evidence SET text = 'x' WHERE id = :id"), {"id": told.id})


def test_refused_evidence_reaches_no_step_and_its_people_read_why(
    session, initiative, people, show, deed, checker, at
):
    told = show("statutes", file=deed)
    assert stands(session, initiative, at).at is Step.STATUTES
    about = {"initiative": initiative, "evidence": told, "at": at}
    with pytest.raises(errors.RefusalMissing):
        services.refuse_evidence(session, **about, reason=" ", user_id=checker.id)
    with pytest.raises(errors.NoSecondPerson):
        services.refuse_evidence(session, **about, reason="Nee", user_id=people[1].id)
    services.refuse_evidence(session, **about, reason="Er staat geen handtekening onder.", user_id=checker.id)
    found = stands(session, initiative, at)
    assert (found.at, found.next, found.rungs[2].reached_on) == (Step.GROUP, Step.STATUTES, None)
    mails = select(Mail.text).where(Mail.subject == "Een bewijs klopt niet")
    assert "geen handtekening" in session.scalars(mails.order_by(Mail.id)).first()
    assert session.scalar(select(func.count()).select_from(mails.subquery())) == 2, "both founders"
    with pytest.raises(errors.KvkTooSoon):
        show("kvk", kvk="12345678")
    with pytest.raises(DBAPIError, match="before the deed"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO initiative_evidence (public_id, initiative_id, step, reached_on, text, kvk, draft, told_by_id,"
                " told_at) VALUES (gen_random_uuid(), :of, 'kvk', :on, 'x', '12345678', false, :by, :at)"
            ),
            {"of": initiative.id, "on": local_date(at), "by": people[0].id, "at": at},
        )
    show("statutes", file=deed)
    assert stands(session, initiative, at).at is Step.STATUTES, "new evidence is given beside it"


def test_who_told_it_takes_it_back_with_its_file_until_it_is_judged(
    session, initiative, people, show, deed, checker, at
):
    told, again = show("statutes", file=deed), show("statutes", file=deed)
    about = {"initiative": initiative, "at": at}
    with pytest.raises(errors.EvidenceOfAnother):
        services.take_back(session, **about, evidence=told, user_id=people[1].id)
    services.take_back(session, **about, evidence=told, user_id=people[0].id)
    assert session.get(CooperativePaper, again.paper_id) is not None, "the same file shows the other one"
    services.take_back(session, **about, evidence=again, user_id=people[0].id)
    for gone in (InitiativeEvidence, CooperativePaper):
        assert session.scalar(select(func.count()).select_from(gone)) == 0
    kept = show("statutes", file=deed)
    services.refuse_evidence(session, **about, evidence=kept, reason="Onleesbaar", user_id=checker.id)
    with pytest.raises(errors.EvidenceJudged):
        services.take_back(session, **about, evidence=kept, user_id=people[0].id)
    with pytest.raises(DBAPIError, match="stays"), session.begin_nested():
        session.execute(text("DELETE FROM initiative_evidence WHERE id = :id"), {"id": kept.id})


def test_a_contract_is_chosen_from_those_signed_here_or_comes_with_its_file(
    session, initiative, people, show, deed, checker, make_organisation, join, at
):
    coop, anchor = make_organisation(), make_organisation(Side.ANCHOR)
    signed = make_agreement(
        session, reference="C-1", title="Schoonmaak", buyer_id=anchor.id, suppliers=[(coop.id, 10_000)],
        cpv="90910000", lines=[AgreementLine("Schoonmaak", "HUR", Decimal(1), Decimal(30), "standard")],
        starts_on=local_date(at), ends_on=local_date(at) + timedelta(days=90), payment_days=30, at=at,
    )  # fmt: skip
    show("statutes", file=deed)
    with pytest.raises(errors.ContractTooSoon):
        show("contract", file=deed)
    join(people[0], coop)
    number = show("kvk", kvk=coop.kvk_number)
    with pytest.raises(errors.ContractMissing):
        show("contract", text="een contract")
    with pytest.raises(errors.ContractUnknown):
        show("contract", agreement_id=signed.id + 1)
    held = locked_initiative(session, initiative.id)
    assert [each.id for each in queries.contracts_to_show(session, held)] == [signed.id]
    show("contract", agreement_id=signed.id)
    assert stands(session, initiative, at).at is Step.CONTRACT
    held = locked_initiative(session, initiative.id)
    assert queries.contracts_to_show(session, held) == [], "what stands there is not asked again"
    paper = Proof("", None, "other", local_date(at), "In het handelsregister")
    services.check_evidence(
        session, initiative=held, evidence=number, proof=paper, user_id=checker.id, at=at
    )  # fmt: skip
    session.expire_all()
    shown = [each for each in reread(session, initiative.public_id).evidence if each.agreement_id]
    assert [(each.told_by_id, each.checked_at) for each in shown] == [(None, signed.created_at)]


def test_a_contract_signed_here_climbs_the_ladder_whichever_comes_first(
    session, initiative, people, checker, make_organisation, join, at, deed
):
    listen(session, {AgreementMade: (services.hear_agreed,)})
    coop, anchor = make_organisation(), make_organisation(Side.ANCHOR)

    def signed(reference):
        return make_agreement(
            session, reference=reference, title="Schoonmaak", buyer_id=anchor.id, suppliers=[(coop.id, 10_000)],
            cpv="90910000", lines=[AgreementLine("Schoonmaak", "HUR", Decimal(1), Decimal(30), "standard")],
            starts_on=local_date(at), ends_on=local_date(at) + timedelta(days=90), payment_days=30, at=at,
        )  # fmt: skip

    found_with(session, initiative, people[0], people[1], at)
    join(people[1], coop)
    show_as(session, initiative, people[0], at, "statutes", file=deed)
    shown = show_as(session, initiative, people[0], at, "kvk", kvk=coop.kvk_number)
    signed("C-1")
    assert stands_at(session, initiative) is Step.KVK, "a number that nobody checked may be another's"
    services.check_evidence(
        session, initiative=initiative, evidence=shown, proof=extract(at), user_id=checker.id, at=at
    )
    signed("C-2")
    assert stands_at(session, initiative) is Step.CONTRACT
    found = reread(session, initiative.public_id)
    told = [(each.step, each.told_by_id, each.text) for each in found.evidence if each.agreement_id]
    assert told == [("contract", None, "C-1 Schoonmaak"), ("contract", None, "C-2 Schoonmaak")]
    with pytest.raises(DBAPIError):
        session.execute(
            text("UPDATE initiative_evidence SET step = 'even' WHERE agreement_id = :id"),
            {"id": found.evidence[-1].agreement_id},
        )
