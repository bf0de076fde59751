"""Who an organisation is in open data."""

from cwb.identity.models import Organisation
from procurement.ocds.rules import Party


def party(organisation: Organisation) -> Party:
    """An organisation as far as it may be published."""
    return Party(
        public_id=str(organisation.public_id), name=organisation.name, kvk=organisation.kvk_number,
        legal_form=organisation.legal_form, anchor_type=organisation.anchor_type,
        street=f"{organisation.street} {organisation.house_number}".strip(), postcode=organisation.postcode,
        city=organisation.city, email=organisation.email if organisation.anchor_type else "",
    )  # fmt: skip
