"""Reading files of purchase lines, and the mappings they are read with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.sign_in.models import DemoUser
from ledger.spend.errors import AnchorUnknown
from ledger.spend.models import SpendImport
from ledger.uploads.errors import ProfileUnknown, UploadUnknown
from ledger.uploads.models import SpendProfile, SpendUpload


def upload(session: Session, public_id: UUID | str, *, anchor_id: int | None) -> SpendUpload:
    """A waiting file of this anchor.

    Raises:
        UploadUnknown: none, another anchor's, or the text is no id.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise UploadUnknown from None
    found = session.scalar(
        select(SpendUpload).where(SpendUpload.public_id == wanted, SpendUpload.anchor_id == anchor_id)
    )
    if found is None:
        raise UploadUnknown
    return found


def imports(session: Session, anchor_id: int) -> Sequence[SpendImport]:
    """Files booked for an anchor, latest first."""
    return session.scalars(
        select(SpendImport)
        .where(SpendImport.anchor_id == anchor_id)
        .order_by(SpendImport.id.desc())
        .limit(50)
    ).all()


def anchor(session: Session, text: str) -> Organisation:
    """An anchor by KvK number or public id; "demo" is the first one of the demo.

    Raises:
        AnchorUnknown: none of these.
    """
    wanted = select(Organisation).where(Organisation.anchor_type.is_not(None))
    if text == "demo":
        is_demo = select(DemoUser.user_id).exists()
        found = session.scalars(wanted.where(is_demo).order_by(Organisation.id).limit(1)).first()
    else:
        named = or_(Organisation.kvk_number == text, cast(Organisation.public_id, Text) == text.lower())
        found = session.scalars(wanted.where(named)).first()
    if found is None:
        raise AnchorUnknown
    return found


def reporting_numbers(session: Session) -> frozenset[str]:
    """The KvK numbers of the anchors: only they may be paid under X6."""
    return frozenset(
        number
        for number in session.scalars(
            select(Organisation.kvk_number).where(Organisation.anchor_type.is_not(None))
        )
        if number is not None
    )


def profiles(session: Session, anchor_id: int) -> Sequence[SpendProfile]:
    """The mappings an anchor saved, by name."""
    return session.scalars(
        select(SpendProfile).where(SpendProfile.anchor_id == anchor_id).order_by(SpendProfile.name).limit(50)
    ).all()


def profile(session: Session, anchor_id: int, name: str) -> SpendProfile:
    """One of them.

    Raises:
        ProfileUnknown: no such name.
    """
    found = find_profile(session, anchor_id, name)
    if found is None:
        raise ProfileUnknown(name=name[:60])
    return found


def find_profile(session: Session, anchor_id: int, name: str) -> SpendProfile | None:
    """One of them, or None."""
    return session.scalar(
        select(SpendProfile).where(SpendProfile.anchor_id == anchor_id, SpendProfile.name == name)
    )
