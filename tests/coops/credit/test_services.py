"""Money ahead through the services: who may, what is told, races, and what the database refuses by itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from coops.credit import errors, queries, services
from coops.credit.models import CreditApplication
from coops.credit.rules import State
from coops.fund import errors as fund_errors
from coops.fund.queries import cash, grant_locked, grants
from coops.fund.queries import report as fund_report
from coops.fund.rules import TermsFacts
from coops.fund.services import add_grant, end_grant, open_fund, set_terms
from coops.register.queries import find_cooperative
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from ledger.advances import errors as advance_errors
from ledger.advances import queries as advances
from ledger.advances.models import Advance
from ledger.agreements.rules import AgreementLine, change_reference
from ledger.agreements.services import make_agreement
from ledger.books.errors import FloorPassed
from tests.proving import verify


def mails(session, to):
    return [
        each.subject for each in session.scalars(select(Mail).where(Mail.recipient == to).order_by(Mail.id))
    ]


def test_a_whole_turn_of_the_wheel(wheel):
    session, invoice = wheel.session, wheel.invoice()
    made = wheel.ask(invoice)
    assert (made.state, made.days, made.fee) == (State.ASKED, 30, 164)  # 50000 × 0.04 × 30 / 365
    wheel.decide(made, conditions="Betaal de lonen eerst")
    made = wheel.sign(made)
    assert made.advance.fund_iban == wheel.fund.organisation.iban
    assert advances.find_covering(session, invoice).id == made.advance_id
    wheel.pay_out(made)
    assert cash(session, wheel.fund.organisation_id) == 950_000
    services.see_notice(session, application=made, actor=wheel.people["purchaser"], at=wheel.at)
    assert made.advance.seen_at == wheel.at
    wheel.pay(invoice)
    assert made.advance.released_on == wheel.today
    [rest] = advances.to_pass_on(session, wheel.fund.organisation_id)
    assert rest.rest == 121_000 - 50_164
    assert queries.free(session, wheel.fund) == 1_000_164  # what must go on is not the fund's


def test_who_may_do_what(wheel):
    made = wheel.ask(wheel.invoice())
    for who in ("board", "purchaser", "coach", "payer"):
        with pytest.raises(Forbidden):
            wheel.decide(made, actor=wheel.people[who])
    with pytest.raises(Forbidden):
        wheel.sign(wheel.decide(made), actor=wheel.people["payer"])
    wheel.sign(made)
    for who in ("decider", "third", "board"):
        with pytest.raises(Forbidden):
            wheel.pay_out(made, actor=wheel.people[who])
    with pytest.raises(Forbidden):
        services.see_notice(wheel.session, application=made, actor=wheel.people["board"], at=wheel.at)


def test_who_verified_does_not_lend(wheel):
    coop = find_cooperative(wheel.session, wheel.coop.id)
    verify(wheel.session, coop, user_id=wheel.people["decider"].user_id, at=wheel.at)
    made = wheel.ask(wheel.invoice())
    with pytest.raises(errors.NotImpartial):
        wheel.decide(made)
    wheel.decide(made, actor=wheel.people["third"])


def test_a_refusal_has_a_reason_and_a_new_application_can_come(wheel):
    invoice = wheel.invoice()
    made = wheel.ask(invoice)
    with pytest.raises(errors.TextTooShort):
        wheel.decide(made, approved=False, reasons="nee")
    wheel.decide(made, approved=False, reasons="Te weinig zekerheid")
    with pytest.raises(errors.NotWaiting):
        wheel.decide(made)
    with pytest.raises(errors.NotWaiting):
        wheel.sign(made)
    assert wheel.ask(invoice).state is State.ASKED


def test_never_twice_and_never_too_much(wheel):
    invoice = wheel.invoice()
    with pytest.raises(errors.AboveShare):
        wheel.ask(invoice, amount=Money(108_901))  # 90 percent of 1,210
    made = wheel.ask(invoice)
    with pytest.raises(errors.AlreadyAsked):
        wheel.ask(invoice)
    with pytest.raises(errors.BaseNotFound):
        services.ask(
            wheel.session, fund=wheel.fund, invoice_id=None, agreement_id=None, wish=None, actor=wheel.people["board"],
            at=wheel.at,
        )  # fmt: skip
    wheel.sign(wheel.decide(made))
    with pytest.raises(errors.AlreadyAsked):
        wheel.ask()  # its contract
    set_low(wheel)
    other = wheel.invoice()
    with pytest.raises(errors.AboveRoom):
        wheel.ask(other, amount=Money(10_001))  # 500 of 600 euro is promised
    wheel.ask(other, amount=Money(10_000))


def changed(wheel):
    """What a first change of the contract adds: 2,000 euro, of the same supplier."""
    reference = change_reference(wheel.agreement.reference, 1)
    return make_agreement(
        wheel.session, reference=reference, title=wheel.agreement.title, buyer_id=wheel.anchor.id,
        suppliers=[(wheel.coop.id, 10_000)], cpv="90910000",
        lines=[AgreementLine("Extra", "HUR", Decimal(20), Decimal(100), "standard")], starts_on=wheel.today,
        ends_on=wheel.today + timedelta(days=300), payment_days=30, at=wheel.at,
    )  # fmt: skip


def test_a_contract_and_its_change_are_never_the_same_money(wheel):
    def open_of(agreement):
        return queries.base(wheel.session, borrower_id=wheel.coop.id, agreement_id=agreement.id).still_open

    contract, change = wheel.agreement, changed(wheel)
    parts = [contract.part_of(wheel.coop.id).minor, change.part_of(wheel.coop.id).minor]
    assert [open_of(contract), open_of(change)] == parts == [1_000_000, 200_000], (
        "together the whole price, once"
    )
    wheel.pay(wheel.invoice())
    assert [open_of(contract), open_of(change)] == [1_000_000 - 121_000, 200_000], "paid on the one alone"
    wheel.sign(wheel.decide(wheel.ask()))
    asked = queries.agreements_to_ask_on(wheel.session, wheel.coop.id, wheel.today)
    assert [each.id for each in asked] == [change.id]
    wheel.agreement = change
    with pytest.raises(errors.AboveShare):
        wheel.ask(amount=Money(100_001))  # half of what the change added, whatever the contract is worth
    wheel.ask(amount=Money(100_000))
    with pytest.raises(errors.AlreadyAsked):
        wheel.ask(amount=Money(1))
    assert not queries.agreements_to_ask_on(wheel.session, wheel.coop.id, wheel.today)


def set_low(wheel):
    """From today a cooperative may have 600 euro."""
    wheel.session.execute(text("ALTER TABLE fund_terms DISABLE TRIGGER keep_fund_terms"))
    wheel.session.execute(text("UPDATE fund_terms SET most_amount = 60000"))
    wheel.session.expire_all()


def test_a_contract_pays_ahead_too(wheel):
    with pytest.raises(errors.AboveShare):
        wheel.ask(amount=Money(500_001))  # half of 10,000
    made = wheel.running()
    assert made.advance.agreement_id == wheel.agreement.id
    first, second = wheel.invoice(), wheel.invoice()
    wheel.pay(first, Money(40_000))
    wheel.pay(second)
    assert made.advance.released_on is not None
    assert any(
        "weer op zijn eigen rekening" in each for each in mails(wheel.session, "purchaser@voorbeeld.example")
    )


def test_the_anchor_hears_by_mail(wheel):
    wheel.sign(wheel.decide(wheel.ask(wheel.invoice())))
    assert any(
        "droeg een betaling over" in each for each in mails(wheel.session, "purchaser@voorbeeld.example")
    )
    assert any("Besluit" in each for each in mails(wheel.session, "board@voorbeeld.example"))


def test_signing_is_knowing(wheel):
    made = wheel.decide(wheel.ask(wheel.invoice()))
    with pytest.raises(errors.NotAgreed):
        wheel.sign(made, agreed=False)
    late = wheel.at + timedelta(days=31)
    with pytest.raises(errors.DueWrong):
        wheel.sign(made, at=late)


def test_back_until_the_money_is_out(wheel):
    invoice = wheel.invoice()
    made = wheel.sign(wheel.decide(wheel.ask(invoice)))
    services.withdraw(wheel.session, application=made, actor=wheel.people["board"], at=wheel.at)
    assert advances.find_covering(wheel.session, invoice) is None
    mine = wheel.ask(wheel.invoice())
    with pytest.raises(Forbidden):  # nobody takes back what another asked for
        services.withdraw(wheel.session, application=mine, actor=wheel.people["payer"], at=wheel.at)
    again = wheel.running(invoice)
    with pytest.raises(advance_errors.AlreadyPaidOut):
        services.withdraw(wheel.session, application=again, actor=wheel.people["board"], at=wheel.at)


def test_a_loss_takes_two_and_time(wheel):
    made = wheel.running(wheel.invoice())
    who = {"application": made, "reason": "De koper is failliet"}
    with pytest.raises(errors.NotOverdue):
        services.propose_loss(wheel.session, actor=wheel.people["payer"], at=wheel.at, **who)
    late = wheel.at + timedelta(days=31)
    services.propose_loss(wheel.session, actor=wheel.people["payer"], at=late, **who)
    payer, third = wheel.people["payer"], wheel.people["third"]

    def confirm(actor, *, read=True):
        return services.confirm_loss(wheel.session, application=made, read=read, actor=actor, at=late)

    def waits(who):
        wheel.session.flush()
        return [each.text for each in queries.tasks(wheel.session, wheel.people[who], late)]

    asks = "Bevestig of weiger het verlies op %(title)s"
    assert [asks in waits(who) for who in ("payer", "third", "decider")] == [False, True, True]
    with pytest.raises(errors.SecondPerson):
        confirm(payer)
    with pytest.raises(errors.ReasonUnread):
        confirm(third, read=False)
    for dropper in (third, payer):
        services.drop_loss(wheel.session, application=made, actor=dropper, at=late)
        with pytest.raises(errors.NotWaiting):
            services.drop_loss(wheel.session, application=made, actor=dropper, at=late)
        with pytest.raises(errors.NotWaiting):
            confirm(third)
        services.propose_loss(wheel.session, actor=payer, at=late, **who)
    confirm(third)
    for act in (
        confirm,
        lambda actor: services.drop_loss(wheel.session, application=made, actor=actor, at=late),
    ):
        with pytest.raises(errors.NotWaiting):
            act(third)
    assert asks not in waits("decider")
    letter = wheel.session.scalars(select(Mail.text).where(Mail.subject == "Uw voorschot is afgeboekt")).one()
    assert "€ 50" in letter.replace("\xa0", " "), "what is still owed stands in it, with the cost"
    with pytest.raises(DatabaseError, match="written once"), wheel.session.begin_nested():
        wheel.session.execute(
            text("UPDATE credit_application SET loss_reason = '', loss_proposed_at = NULL, loss_proposed_by_id = NULL,"
                 " loss_confirmed_at = NULL, loss_confirmed_by_id = NULL")
        )  # fmt: skip
    start = wheel.today - timedelta(days=334)
    report = fund_report(
        wheel.session, wheel.fund, [each.capital for each in grants(wheel.session, wheel.fund.id)],
        (start, wheel.today + timedelta(days=31)), advances.totals(wheel.session, wheel.fund.organisation_id, wheel.today),
    )  # fmt: skip
    assert (report.totals.written_off, report.totals.outstanding, report.totals.borrowers) == (50_000, 0, 1)
    assert report.turnover is not None
    assert f"{report.turnover:.6f}" == f"{Decimal(50_000 * 365) / (1_000_000 * 31):.6f}"


def test_money_that_came_in_otherwise(wheel):
    made = wheel.running(wheel.invoice())
    facts = {"application": made, "paid_on": wheel.today, "actor": wheel.people["payer"], "at": wheel.at}
    services.receive(wheel.session, amount=Money(50_000), from_debtor=False, key="a", **facts)
    services.receive(wheel.session, amount=Money(777), from_debtor=True, key="b", **facts)
    assert made.advance.owed.minor == 164
    [back] = advances.to_pass_on(wheel.session, wheel.fund.organisation_id)
    assert (back.rest, back.rest_to_id) == (777, wheel.anchor.id)


def test_capital_comes_and_goes(wheel):
    keeper, at = wheel.people["payer"], wheel.at
    [there] = grants(wheel.session, wheel.fund.id)
    wheel.running(wheel.invoice())
    end = {"fund": wheel.fund, "outcome": "Terug naar de gever", "actor": keeper, "at": at}
    held = grant_locked(wheel.session, there.public_id, wheel.fund.id)
    with pytest.raises(FloorPassed), wheel.session.begin_nested():
        end_grant(wheel.session, grant=held, returned=Money(1_000_000), **end)
    end_grant(wheel.session, grant=held, returned=Money(400_000), **end)
    assert cash(wheel.session, wheel.fund.organisation_id) == 550_000
    with pytest.raises(fund_errors.GrantEnded):
        end_grant(wheel.session, grant=held, returned=Money(0), **end)
    with pytest.raises(fund_errors.FundThere):
        open_fund(
            wheel.session, name="Nog een", kvk_number=None, iban="NL91ABNA0417164300", actor=keeper, at=at
        )
    with pytest.raises(Forbidden):
        add_grant(
            wheel.session, fund=wheel.fund, source="x", amount=Money(1), received_on=wheel.today, ends_on=None,
            hand_over="y", actor=wheel.people["board"], at=at,
        )  # fmt: skip
    with pytest.raises(fund_errors.TermsThere):
        set_terms(
            wheel.session, fund=wheel.fund, facts=TermsFacts(wheel.today, Decimal("0.04"), 1, 1, 1), actor=keeper, at=at
        )  # fmt: skip


def test_what_waits_for_whom(wheel):
    session, at = wheel.session, wheel.at

    def waits(who):
        session.flush()
        return [each.text for each in queries.tasks(session, wheel.people[who], at)]

    invoice = wheel.invoice()
    made = wheel.ask(invoice)
    assert waits("decider") == ["Beslis over het voorschot van %(title)s"]
    wheel.decide(made)
    assert waits("board") == ["Teken de akte voor uw voorschot op werk voor %(title)s"]
    wheel.sign(made)
    assert waits("payer") == ["Betaal het voorschot uit aan %(title)s"]
    assert waits("purchaser") == ["Lees de mededeling: %(title)s droeg een betaling over"]
    wheel.pay_out(made)
    assert waits("payer") == []
    wheel.pay(invoice, Money(10_000), past_fund=True)
    assert waits("board") == ["%(title)s betaalde u wat naar het fonds moest. Betaal het door."]
    wheel.pay(invoice)
    assert waits("payer") == ["Betaal door wat binnenkwam voor %(title)s"]
    assert waits("board") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credit_application SET amount = 1",
        "UPDATE credit_application SET state = 'asked'",
        "UPDATE credit_application SET decided_by_id = asked_by_id",
        "UPDATE credit_application SET paid_out_by_id = decided_by_id",
        "UPDATE credit_application SET reasons = ''",
        (
            "UPDATE credit_application SET loss_reason = 'x', loss_proposed_at = cwb_now(), loss_proposed_by_id = decided_by_id,"
            " loss_confirmed_at = cwb_now(), loss_confirmed_by_id = decided_by_id"
        ),
        "DELETE FROM credit_application",
        "DELETE FROM fund_grant",
        "UPDATE fund_grant SET amount = 2000000",
        "UPDATE fund_terms SET rate = 0",
        "UPDATE fund SET keeper_id = organisation_id",
    ],
)
def test_the_database_keeps_it(wheel, statement):
    wheel.sign(wheel.decide(wheel.ask(wheel.invoice())))
    with pytest.raises(DatabaseError):
        wheel.session.execute(text(statement))


def test_two_applications_on_one_invoice_at_once(at_once, build_wheel, at):
    with at_once.atomic() as session:
        wheel = build_wheel(session, at)
        invoice = wheel.invoice()
        session.expunge_all()
    act = lambda session: wheel.ask(invoice, session)  # noqa: E731 (the same act twice)
    assert at_once.run(act, act) == ["AlreadyAsked", "done"]
    with at_once.atomic() as session:
        assert session.scalar(select(func.count()).select_from(CreditApplication)) == 1


def test_two_decisions_at_once(at_once, build_wheel, at):
    with at_once.atomic() as session:
        wheel = build_wheel(session, at)
        made = wheel.ask(wheel.invoice())
        session.expunge_all()
    answers = at_once.run(
        lambda session: wheel.decide(made, session),
        lambda session: wheel.decide(made, session, approved=False, actor=wheel.people["third"]),
    )
    assert answers == ["NotWaiting", "done"]


def test_two_decisions_never_promise_more_than_the_fund_has(at_once, build_wheel, at):
    with at_once.atomic() as session:
        wheel = build_wheel(session, at)
        one, two = wheel.ask(wheel.invoice()), wheel.ask(wheel.invoice())
        grant = grants(session, wheel.fund.id)[0]
        end_grant(
            session, grant=grant, fund=wheel.fund, returned=Money(930_000), outcome="Deels terug",
            actor=wheel.people["payer"], at=at,
        )  # fmt: skip
        session.expunge_all()
    answers = at_once.run(lambda s: wheel.decide(one, s), lambda s: wheel.decide(two, s))
    assert answers == ["AboveFund", "done"]


def test_two_signatures_at_once_make_one_advance(at_once, build_wheel, at):
    with at_once.atomic() as session:
        wheel = build_wheel(session, at)
        made = wheel.decide(wheel.ask(wheel.invoice()))
        session.expunge_all()
    act = lambda session: wheel.sign(made, session)  # noqa: E731 (the same act twice)
    assert at_once.run(act, act) == ["NotWaiting", "done"]
    with at_once.atomic() as session:
        assert session.scalar(select(func.count()).select_from(Advance)) == 1


def test_on_a_framework_nothing_is_certain_to_be_paid(wheel):
    wheel.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    wheel.session.execute(text("ALTER TABLE agreement DISABLE TRIGGER USER"))
    wheel.session.execute(text("UPDATE agreement SET on_order = true"))
    wheel.session.expire_all()
    found = queries.base(wheel.session, borrower_id=wheel.coop.id, agreement_id=wheel.agreement.id)
    assert found.still_open == 0
    assert queries.agreements_to_ask_on(wheel.session, wheel.coop.id, wheel.today) == []
