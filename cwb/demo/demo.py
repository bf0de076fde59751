"""Who lives in the demo: the programme, the anchors, the cooperatives and their people."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity import gateway, services
from cwb.identity.models import Organisation, User
from cwb.kernel.policy import Role
from cwb.kernel.text import N_, search_key
from cwb.sign_in.services import make_demo_user

CITY = "Amsterdam"

PROGRAMME = {
    "key": "programma",
    "name": "Programmabureau (voorbeeld)",
    "legal_form": "foundation",
    "kvk": "90000900",
    "street": "Voorbeeldplein",
    "house_number": "1",
    "postcode": "1068 AB",
}

AUDITORS = {
    "key": "controle",
    "name": "Accountants Voorbeeld (voorbeeld)",
    "legal_form": "private_company",
    "kvk": "90000901",
    "street": "Voorbeeldkade",
    "house_number": "5",
    "postcode": "1011 PN",
}

RESIDENTS = {
    "key": "bewoners",
    "name": "Bewonersvereniging Voorbeeldplein (voorbeeld)",
    "legal_form": "association",
    "kvk": "90000902",
    "street": "Voorbeeldplein",
    "house_number": "12",
    "postcode": "1068 AB",
}

OFFERED = (
    ("purchaser", "gemeente/purchaser1", N_("Inkoper")),
    ("purchaser", "gemeente/purchaser2", N_("Tweede inkoper")),
    ("purchaser", "corporatie/purchaser1", N_("Inkoper corporatie")),
    ("assessor", "gemeente/assessor1", N_("Beoordelaar")),
    ("cooperative", "cleaning3/board", N_("Coöperatie schoonmaak")),
    ("cooperative", "green1/board", N_("Coöperatie groen")),
    ("resident", "bewoners/resident", N_("Bewoner")),
    ("programme", "programma/programme", N_("Programma")),
    ("programme", "programma/programme2", N_("Tweede programma")),
    ("alliance_board", "programma/alliance", N_("Alliantiebestuur")),
    ("auditor", "controle/auditor", N_("Controleur")),
    ("admin", "programma/administrator", N_("Beheerder")),
)
"""Who the demo offers for one click: role in demo.json, place in the cast, label."""


def people(agenda: Agenda) -> None:
    """Let the programme, the anchors and the cooperatives come in over the first three months."""
    agenda.cast["password"] = gateway.hash_password(agenda.facts["password"])
    agenda.at(agenda.day(366), partial(_programme, agenda))
    for number, facts in enumerate(agenda.facts["anchors"]):
        agenda.at(agenda.day(365 - number), partial(_anchor, agenda, facts))
    for number, facts in enumerate(agenda.facts["cooperatives"]):
        agenda.at(agenda.day(358 - 0.7 * number, 19), partial(_cooperative, agenda, facts))
    agenda.at(agenda.day(1), partial(_offer, agenda))


def _programme(agenda: Agenda, session: Session, at: datetime) -> None:
    bureau = _organisation(agenda, session, PROGRAMME, at, is_programme=True)
    for key, name, role in (
        ("administrator", "Ada Beheer Voorbeeld", Role.ADMINISTRATOR),
        ("programme", "Piet Programma Voorbeeld", Role.PROGRAMME),
        ("programme2", "Roos Programma Voorbeeld", Role.PROGRAMME),
        ("coach", "Coen Coach Voorbeeld", Role.COACH),
        ("alliance", "Aïsha Alliantie Voorbeeld", Role.ALLIANCE),
    ):
        user = _user(agenda, session, "programma", key, name, at)
        _mandate(session, user, bureau, role, at)
    neighbours = _organisation(agenda, session, RESIDENTS, at)
    resident = _user(agenda, session, "bewoners", "resident", "Bea Bewoner Voorbeeld", at)
    _mandate(session, resident, neighbours, Role.RESIDENT, at)
    auditors = _organisation(agenda, session, AUDITORS, at)
    auditor = _user(agenda, session, "controle", "auditor", "Cas Controle Voorbeeld", at)
    _mandate(session, auditor, auditors, Role.AUDITOR, at)


def _anchor(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    anchor = _organisation(
        agenda,
        session,
        facts,
        at,
        anchor_type=facts["type"],
        is_contracting_authority=facts["contracting_authority"],
    )
    for role, names in ((Role.PURCHASER, facts["purchasers"]), (Role.ASSESSOR, facts["assessors"])):
        for number, name in enumerate(names, 1):
            user = _user(agenda, session, facts["key"], f"{role.value}{number}", name, at)
            _mandate(session, user, anchor, role, at)


def _cooperative(agenda: Agenda, facts: Mapping[str, Any], session: Session, at: datetime) -> None:
    cooperative = _organisation(agenda, session, facts, at)
    board = _user(agenda, session, facts["key"], "board", facts["board"], at)
    _mandate(session, board, cooperative, Role.BOARD, at)
    for number, name in enumerate(facts["members"], 1):
        member = _user(agenda, session, facts["key"], f"member{number}", name, at)
        _mandate(session, member, cooperative, Role.MEMBER, at)


def _organisation(
    agenda: Agenda, session: Session, facts: Mapping[str, Any], at: datetime, **more: Any
) -> Organisation:
    made = services.register_organisation(
        session,
        name=facts["name"],
        kvk_number=facts["kvk"],
        legal_form=facts["legal_form"],
        street=facts["street"],
        house_number=facts["house_number"],
        postcode=facts["postcode"],
        city=CITY,
        email=f"post@{facts['key']}.example",
        vat_id=facts.get("vat_id"),
        iban=facts.get("iban"),
        phone="020 000 0000",
        at=at,
        **more,
    )
    agenda.cast[facts["key"]] = made.id
    return made


def _user(agenda: Agenda, session: Session, organisation: str, key: str, name: str, at: datetime) -> User:
    local = search_key(name).replace(" ", ".")
    user = services.store_user(
        session,
        email=f"{local}@{organisation}.example",
        name=name,
        password_hash=agenda.cast["password"],
        locale="nl",
        at=at,
    )
    agenda.cast[f"{organisation}/{key}"] = user.id
    return user


def _mandate(session: Session, user: User, organisation: Organisation, role: Role, at: datetime) -> None:
    services.grant_mandate(session, user=user, organisation=organisation, role=role, granted_by=None, at=at)


def _offer(agenda: Agenda, session: Session, _at: datetime) -> None:
    users = []
    for position, (role, place, label) in enumerate(OFFERED):
        user = session.get_one(User, agenda.cast[place])
        make_demo_user(session, user=user, role=role, label=label, position=position)
        organisation = session.get_one(Organisation, agenda.cast[place.partition("/")[0]])
        users.append(
            {
                "role": role,
                "email": user.email,
                "password": agenda.facts["password"],
                "organisation": organisation.name,
            }
        )
    agenda.cast["users"] = users
