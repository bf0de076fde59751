"""The outbox: written in the reader's language, sent after the commit, tried again, never twice."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select, text

from cwb.config import Config
from cwb.kernel.money import Money
from cwb.notifications import gateway, rules, services
from cwb.notifications.models import Mail, MailFile

SUBJECT = "%(number)s is gecontroleerd"
BODY = "%(buyer)s keurde factuur %(number)s goed. U krijgt %(open)s, uiterlijk %(due)s."


def send(session, at, **changes):
    facts = {"number": "F-1", "buyer": "Voorbeeld", "open": Money(125000), "due": at}
    letter = {
        "to": "naam@voorbeeld.example",
        "locale": "nl",
        "subject": SUBJECT,
        "text": BODY,
        "facts": facts,
        "at": at,
    }
    services.send_mail(session, **{**letter, **changes})


def test_a_letter_is_written_in_the_readers_language(session, at):
    send(session, at)
    send(session, at, locale="en")
    dutch, english = session.scalars(select(Mail).order_by(Mail.id)).all()[-2:]
    assert "€\u00a01.250,00" in dutch.text
    assert dutch.text.startswith("Goedendag,")
    assert english.subject == "F-1 has been checked"
    assert "€1,250.00" in english.text


def test_the_same_key_writes_one_letter(session, at):
    before = len(session.scalars(select(Mail.id)).all())
    send(session, at, key="once")
    send(session, at, key="once")
    assert len(session.scalars(select(Mail.id)).all()) == before + 1


def test_a_failure_is_kept_and_tried_again_later(session, at):
    session.execute(text("UPDATE mail SET sent_at = created_at"))
    send(session, at)

    def broken(*_letter):
        raise gateway.MailFailed("no server")

    assert services.send_waiting(session, at, sender=broken) == 0
    mail = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (mail.attempts, mail.fault, mail.sent_at) == (1, "no server", None)
    sent = []
    assert services.send_waiting(session, at, sender=lambda *letter: sent.append(letter)) == 0
    assert (
        services.send_waiting(session, at + timedelta(minutes=2), sender=lambda *letter: sent.append(letter))
        == 1
    )
    assert (
        services.send_waiting(session, at + timedelta(days=1), sender=lambda *letter: sent.append(letter))
        == 0
    )
    assert sent[0][0] == "naam@voorbeeld.example"


def test_what_was_sent_long_ago_is_forgotten(session, at):
    send(session, at)
    services.send_waiting(session, at, sender=lambda *_: None)
    services.clear_sent(session, at + timedelta(days=1))
    assert session.scalars(select(Mail).where(Mail.sent_at <= at)).all() == []


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (3, 4), (9, 256), (11, 360)])
def test_waiting_doubles_up_to_six_hours(at, attempts, minutes):
    assert rules.next_try(attempts, at) == at + timedelta(minutes=minutes)


def test_after_twelve_attempts_it_gives_up(at):
    assert rules.next_try(12, at) is None


def test_a_letter_is_text_and_html_and_says_its_language(tmp_path):
    config = Config(data_dir=tmp_path, base_url="https://markt.example")
    write = gateway.sender(config)
    write("a@b.example", "ar", "Onderwerp", "Regel <1>\n\nEinde", "/tenders/T-1", 7)
    message = message_from_bytes((tmp_path / "mail" / "00000007.eml").read_bytes(), policy=policy.default)
    plain, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    assert "https://markt.example/tenders/T-1" in plain
    assert "Regel &lt;1&gt;" in html
    assert 'dir="rtl"' in html
    assert message["Content-Language"] == "ar"
    assert message["Auto-Submitted"] == "auto-generated"


def test_files_go_with_their_letter_and_are_cleared_with_it(session, at, tmp_path):
    session.execute(text("UPDATE mail SET sent_at = created_at"))
    files = (
        rules.File("F-1.pdf", "application/pdf", b"%PDF-"),
        rules.File("F-1.xml", "application/xml", b"<a/>"),
    )
    for _ in range(2):
        send(session, at, key="with files", files=files)
    write = gateway.sender(Config(data_dir=tmp_path))
    assert services.send_waiting(session, at, sender=write) == 1
    (folder,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(folder.read_bytes(), policy=policy.default)
    found = [
        (each.get_filename(), each.get_content_type(), each.get_content())
        for each in message.iter_attachments()
    ]
    assert found == [tuple(each) for each in files]
    assert message.get_body(("html",)) is not None
    services.clear_sent(session, at + timedelta(days=1))
    assert session.scalars(select(MailFile)).all() == []


def test_a_path_alone_on_its_line_becomes_an_address_of_this_site(tmp_path):
    config = Config(data_dir=tmp_path, base_url="https://markt.example")
    text = "Nieuw:\n\n- Werk <b> /x (T-1)\n/tenders/T-1\n- Nood (B-2)\n/needs/B-2\n\nhttps://ver.example/a"
    made = gateway.letter(config, "a@b.example", "nl", "Nieuw", text, None)
    plain, html = (part.get_content() for part in made.iter_parts())
    assert "\nhttps://markt.example/tenders/T-1\n- Nood" in plain
    assert (
        '<br><a href="https://markt.example/tenders/T-1">https://markt.example/tenders/T-1</a><br>- Nood'
        in html
    )
    assert '<a href="https://markt.example/needs/B-2">https://markt.example/needs/B-2</a></p>' in html
    assert html.count("<a ") == 2, "no address of elsewhere, and none within a line"


def test_a_mail_server_that_does_not_answer_is_a_failure_not_a_crash(tmp_path):
    write = gateway.sender(Config(data_dir=tmp_path, mail="smtp://127.0.0.1:1"))
    with pytest.raises(gateway.MailFailed, match="Connection"):
        write("a@b.example", "nl", "x", "y", None, 1)


@pytest.mark.parametrize(
    "subject", ["Nieuwe factuur 2026-0008 van " + "Schoonmaak Samen Overtoomse Veld (voorbeeld)", "Één " * 40]
)
def test_a_subject_begins_beside_its_name(subject):
    message = EmailMessage(policy=gateway.on_one_line(subject))
    message["Subject"] = subject
    first = message.as_bytes().splitlines()[0]
    assert first.startswith(b"Subject: " + (b"Nieuwe" if subject.isascii() else b"="))
    assert len(first) <= 78 or subject.isascii()
