"""`cwb user`: the first administrator of an installation, and help for who lost the second step."""

import json
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity import queries, services
from cwb.identity.errors import UserUnknown
from cwb.identity.models import Organisation, User
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.kernel.runtime import writing
from cwb.second_factor.services import reset

_PLACE: dict[str, Any] = {"street": "–", "house_number": "–", "postcode": "1000 AA", "city": "–"}


@click.group()
def user() -> None:
    """People who administer this installation."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--organisation", required=True, help="The organisation that runs the programme; made when new."
)
@click.option("--locale", type=click.Choice(services.LOCALES), default="nl", show_default=True)
@click.password_option(help="At least 12 characters; asked for when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(*, email: str, name: str, organisation: str, locale: str, password: str, as_json: bool) -> None:
    """Make an administrator, who sets the second step at the first sign-in."""
    at = now()
    with writing() as session:
        made = services.register_user(
            session, email=email, name=name, password=password, locale=locale, at=at
        )
        home = _programme(session, organisation, made.email, at)
        services.grant_mandate(
            session, user=made, organisation=home, role=Role.ADMINISTRATOR, granted_by=None, at=at
        )
        facts = {"user": str(made.public_id), "email": made.email, "organisation": str(home.public_id)}
    if as_json:
        print(json.dumps(facts))
    else:
        print(f"{facts['email']} is administrator. The second step is set at the first sign-in.")


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(*, email: str) -> None:
    """Take somebody's second step away; check first who is asking. They set a new one at the next sign-in."""
    at = now()
    with writing() as session:
        found = queries.find_user_by_email(session, email)
        if found is None:
            raise UserUnknown
        reset(session, user=found, by=None, at=at)
        _note(session, found, at)
    print(f"{email} sets the second step again at the next sign-in.")


def _note(session: Session, found: User, at: datetime) -> None:
    subject = f"user:{found.id}"
    record(session, action="second_factor.reset_by_command", subject=subject, actor_id=None, at=at)


def _programme(session: Session, name: str, email: str, at: datetime) -> Organisation:
    there = session.scalars(select(Organisation).where(Organisation.is_programme)).all()
    same = next((each for each in there if each.name == name), None)
    return same or services.register_organisation(
        session,
        name=name,
        kvk_number=None,
        legal_form="other",
        email=email,
        is_programme=True,
        at=at,
        **_PLACE,
    )
