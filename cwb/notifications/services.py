"""Writing letters into the outbox, and sending what waits there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.jobs.services import enqueue
from cwb.notifications import rules
from cwb.notifications.gateway import MailFailed, Sender
from cwb.notifications.models import Mail, MailFile
from cwb.notifications.rules import File

SEND = "mail.send"


class Reader(Protocol):
    """Somebody who can be written to: a user, whom this subject does not know."""

    @property
    def id(self) -> int:
        """Whose letter it is, in its key."""

    @property
    def email(self) -> str:
        """The address."""

    @property
    def locale(self) -> str:
        """The language of the letter."""


def send_mail(
    session: Session,
    *,
    to: str,
    locale: str,
    subject: str,
    text: str,
    facts: Mapping[str, object] | None = None,
    link: str | None = None,
    at: datetime,
    key: str | None = None,
    unsubscribe: str | None = None,
    files: Sequence[File] = (),
) -> None:
    """Put a letter in the outbox, with files if any; the worker sends it after the commit.

    `subject` and `text` are marked Dutch texts with named facts; `link` is a path on this site.
    `unsubscribe`: the path that stops letters like this one with one click (RFC 8058).
    A second letter with the same `key` is not written.
    """
    row = {
        "key": key,
        "recipient": to,
        "locale": locale,
        "subject": rules.written(subject, facts or {}, locale).replace("\n", " "),
        "text": rules.body(text, facts or {}, locale),
        "link": link,
        "unsubscribe": unsubscribe,
        "created_at": at,
        "next_try_at": at,
        "attempts": 0,
    }
    made = insert(Mail).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(Mail.id)
    mail_id = session.scalar(made)
    if files and mail_id is not None:
        session.add_all(MailFile(mail_id=mail_id, **each._asdict()) for each in files)
    enqueue(session, SEND, {}, key=SEND)


def mail_each(
    session: Session,
    readers: Iterable[Reader],
    *,
    subject: str,
    text: str,
    facts: Mapping[str, object] | None = None,
    link: str | None = None,
    at: datetime,
    key: str | None = None,
) -> None:
    """The same letter to several people, each in their own language; a `key` keeps it at one for each of them."""
    for each in readers:
        send_mail(
            session, to=each.email, locale=each.locale, subject=subject, text=text, facts=facts, link=link, at=at,
            key=key and f"{key}-{each.id}",
        )  # fmt: skip


def send_waiting(session: Session, at: datetime, *, sender: Sender, most: int = 100) -> int:
    """Send letters that are due; a failure is kept and tried again later. Returns how many went out."""
    waiting = session.scalars(
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.next_try_at <= at)
        .order_by(Mail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    sent = 0
    for mail in waiting:
        mail.attempts += 1
        try:
            sender(
                mail.recipient, mail.locale, mail.subject, mail.text, mail.link, mail.id, mail.unsubscribe,
                _files(session, mail),
            )  # fmt: skip
        except MailFailed as fault:
            mail.fault = str(fault)[:500]
            again = rules.next_try(mail.attempts, at)
            mail.next_try_at = again or datetime.max.replace(tzinfo=at.tzinfo)
        else:
            mail.sent_at, mail.fault = at, None
            sent += 1
    return sent


def _files(session: Session, mail: Mail) -> list[File]:
    found = session.scalars(select(MailFile).where(MailFile.mail_id == mail.id).order_by(MailFile.id))
    return [File(each.name, each.media_type, each.content) for each in found]


def clear_sent(session: Session, before: datetime) -> None:
    """Forget letters sent before an instant: they hold addresses."""
    session.execute(delete(Mail).where(Mail.sent_at < before))


def forget_recipient(session: Session, address: str) -> None:
    """Drop every letter to an address, sent or waiting: its owner was erased."""
    session.execute(delete(Mail).where(func.lower(Mail.recipient) == address.lower()))
