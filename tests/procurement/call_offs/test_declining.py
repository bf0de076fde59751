"""An invited party says no: once, before it signs, and it waits for nobody any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.words import ReasonTooShort
from cwb.notifications.models import Mail
from procurement.call_offs import errors, queries
from procurement.call_offs.rules import Rule
from procurement.participation import queries as participation
from procurement.participation import services
from tests.procurement.framework import Framework
from tests.procurement.world import World

WHY = "Wij hebben sinds de aanbesteding te weinig mensen."


def begun(session, folder):
    made = Framework(World(session, folder), Rule.ROTATION)
    made.joins("Boen")
    made.act(services.invite_party, made.world.anna, framework=made.contract, label=made.panel.label("Stof"))
    return made


pytestmark = pytest.mark.begins(framework=begun)


@pytest.fixture
def framework(root):
    return root


def party_of(framework, name):
    own = framework.panel.suppliers[name].organisation_id
    return next(
        each for each in queries.parties(framework.session, framework.contract.id) if each.supplier_id == own
    )


def decline(framework, name, reason=WHY):
    party = participation.party(framework.session, party_of(framework, name).public_id)
    return framework.act(services.decline, framework.panel.suppliers[name], party=party, reason=reason)


def test_a_no_is_told_and_final_and_the_others_go_on(framework):
    with pytest.raises(ReasonTooShort):
        decline(framework, "Stof", reason="Nee.")
    with pytest.raises(errors.SignedAlready):
        decline(framework, "Boen")
    made = decline(framework, "Stof")
    assert made.decline_reason == WHY
    told = framework.session.scalars(
        select(Mail).where(Mail.key.startswith("framework-declined")).order_by(Mail.id)
    )
    assert WHY in told.first().text
    with pytest.raises(errors.SignedAlready):
        decline(framework, "Stof")
    joined = framework.act(
        services.join, framework.panel.suppliers["Stof"], party=party_of(framework, "Stof")
    )
    assert joined.joined_at is None, "a no is not signed over"
    actor = framework.panel.suppliers["Stof"]
    waits = [each.text for each in participation.tasks(framework.session, actor, framework.world.at)]
    assert not any("Doe mee" in str(each) for each in waits)
    assert len(queries.candidates(framework.session, framework.contract.id)) == 2


@pytest.mark.parametrize(
    "change", ["decline_reason = 'anders, toch niet'", "declined_at = NULL", "joined_at = now()"]
)
def test_the_database_keeps_a_no(framework, change):
    party = decline(framework, "Stof")
    with pytest.raises(DBAPIError), framework.session.begin_nested():
        framework.session.execute(text(f"UPDATE framework_party SET {change} WHERE id = {party.id}"))


def test_who_does_not_answer_for_a_week_is_reminded_once_and_who_answered_never(framework):
    session, asked = framework.session, party_of(framework, "Stof").invited_at

    def reminded(days):
        services.remind(session, at=asked + timedelta(days=days))
        sent = select(Mail.key).where(Mail.key.contains("-again")).order_by(Mail.id)
        return [each.split(":")[0] for each in session.scalars(sent)]

    stof = framework.panel.suppliers["Stof"].organisation_id
    once = [f"framework-{party_of(framework, 'Stof').id}-{stof}-again"]
    assert reminded(6) == []
    assert len(reminded(7)) == 1
    assert once[0] in reminded(8)[0]
    assert len(reminded(30)) == 1


def test_who_said_no_and_whose_framework_ended_is_not_reminded(framework):
    asked = party_of(framework, "Stof").invited_at
    assert participation.silent(framework.session, asked, framework.contract.ends_on)
    assert not participation.silent(framework.session, asked, framework.contract.ends_on + timedelta(days=1))
    decline(framework, "Stof")
    assert not participation.silent(framework.session, asked, framework.contract.ends_on)
