"""The one door to the mail server."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from cwb.config import Config
from cwb.kernel import clock
from cwb.notifications.rules import STOP, File, as_html, catalogue, with_addresses

Sender = Callable[[str, str, str, str, str | None, int, str | None, Sequence[File]], None]
"""`(recipient, locale, subject, text, link path, id, path of one-click stop, files)`; raises MailFailed."""


class MailFailed(Exception):  # noqa: N818 (says what happened)
    """The letter could not be handed over; it stays in the outbox."""


def sender(config: Config) -> Sender:
    """How this installation sends: to files, or through SMTP."""

    def send(
        recipient: str, locale: str, subject: str, text: str, link: str | None, number: int,
        unsubscribe: str | None = None, files: Sequence[File] = (),
    ) -> None:  # fmt: skip
        message = letter(config, recipient, locale, subject, text, link, unsubscribe)
        for each in files:
            kind, _, subtype = each.media_type.partition("/")
            message.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
        message.policy = on_one_line(subject)
        try:
            if config.mail == "file":
                _write(config, message, number)
            else:
                _smtp(config.mail, message)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            raise MailFailed(f"{type(fault).__name__}: {fault}") from fault

    return send


def letter(
    config: Config, recipient: str, locale: str, subject: str, text: str, link: str | None,
    unsubscribe: str | None = None,
) -> EmailMessage:  # fmt: skip
    """The message, in text and simple HTML; a subscription's says how to stop it with one click (RFC 8058)."""
    url = f"{config.base_url}{link}" if link else None
    message = EmailMessage(policy=SMTP)
    message["From"] = config.mail_sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=parseaddr(config.mail_sender)[1].rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None:
        stop = catalogue(locale).gettext(STOP)
        text = f"{text}\n\n{stop} {config.base_url}{unsubscribe}"
        message["List-Unsubscribe"] = f"<{config.base_url}{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told = with_addresses(text, config.base_url)
    message.set_content(told if url is None else f"{told}\n\n{url}\n")
    message.add_alternative(as_html(text, url, locale, config.base_url), subtype="html")
    message["Content-Language"] = locale  # now: making alternatives moves such headers into a part
    return message


def on_one_line(subject: str) -> EmailPolicy:
    """How headers are written: a long plain subject is not folded before its first word, which some show as a blank.

    One with other letters than ASCII is written in encoded words, each at most 75 long.
    """
    return SMTP.clone(max_line_length=900) if subject.isascii() else SMTP


def _write(config: Config, message: EmailMessage, number: int) -> None:
    folder = config.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{number:08}.eml").write_bytes(message.as_bytes())


def _smtp(address: str, message: EmailMessage) -> None:
    parts = urlsplit(address)
    secure = parts.scheme == "smtps"
    port = parts.port or (465 if secure else 25)
    host = parts.hostname or "localhost"
    server = (
        smtplib.SMTP_SSL(host, port, timeout=20, context=ssl.create_default_context())
        if secure
        else smtplib.SMTP(host, port, timeout=20)
    )
    with server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
