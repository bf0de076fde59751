"""Pages of rounds: totals for all, one's own part, and what the programme runs and an auditor checks."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.identity.queries import organisation
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.web.guards import guarded, public
from cwb.web.i18n import _, language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from ledger.clearing import forms, policy, queries, rules, services
from ledger.clearing.rules import LeaveReason

bp = Blueprint("clearing", __name__, url_prefix="/clearing")


def _own() -> int:
    return actor().organisation_id or 0


def _watches() -> bool:
    return policy.may(actor(), policy.WATCH)


@bp.get("")
@public
def index() -> str:
    """What it is, and the totals of finished rounds, for everybody."""
    who = find_actor()
    return render_template(
        "ledger/clearing/index.html", totals=queries.totals(db()), fewest=rules.FEWEST,
        takes_part=who is not None and policy.may(who, policy.SEE),
        watches=who is not None and policy.may(who, policy.WATCH),
    )  # fmt: skip


@bp.get("/own")
@guarded(policy.SEE)
def own() -> str:
    """Whether one's organisation takes part, its rounds, and what stays out."""
    return _own_page(None)


def _own_page(form: forms.BarForm | None) -> str:
    decides = policy.may(actor(), policy.DECIDE)
    agreements = queries.agreements(db(), _own())
    free = [each for each, bar in agreements if bar is None]
    return render_template(
        "ledger/clearing/own.html", member=queries.find_member(db(), _own()), rounds=queries.own_rounds(db(), _own()),
        decides=decides, barred=[(each, rules.REASONS[bar]) for each, bar in agreements if bar],
        form=form or (forms.BarForm(agreements=free) if decides and free else None), at=now(),
    )  # fmt: skip


@bp.route("/join", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def join() -> Any:
    """Agree to the text, and take part."""
    form = forms.JoinForm()
    return submit(
        form,
        lambda session: services.join(
            session, party_id=_own(), agreed=bool(form.agreed.data), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("clearing.own"),
        said=_("Uw organisatie doet mee."),
        page=lambda: render_template(
            "ledger/clearing/join.html", form=form, text=rules.TEXT, version=rules.TEXT_VERSION
        ),
    )


@bp.post("/leave")
@guarded(policy.DECIDE)
def leave() -> Any:
    """Take part no longer."""
    return press(
        lambda session: services.leave(session, party_id=_own(), actor=actor(), at=now()),
        then=url_for("clearing.own"),
        said=_("Uw organisatie doet niet meer mee. Wat al verrekend is, blijft zo."),
    )


@bp.post("/bars")
@guarded(policy.DECIDE)
def bar() -> Any:
    """Keep the invoices of an agreement out."""
    form = forms.BarForm(agreements=[each for each, why in queries.agreements(db(), _own()) if why is None])
    return submit(
        form,
        lambda session: services.bar_agreement(
            session, party_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: url_for("clearing.own"),
        said=_("Facturen van deze overeenkomst doen niet mee."),
        page=lambda: _own_page(form),
    )


@bp.get("/rounds/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """One round: the own part of a party, or the whole for who runs or checks it."""
    held, whole = queries.round_of(db(), public_id), _watches()
    answer = None if whole else queries.answer(db(), held.id, _own())
    runs = held.state == "asked"
    every = queries.lines(db(), held.id, None if whole or runs else _own())
    said = queries.answers(db(), held.id) if whole or runs else ()
    waits, gone = now() < held.answer_until, queries.gone(db(), held.id) if runs and whole else set()
    outlook = services.outlook(db(), held=held, lines=every, said=said, at=now()) if runs else None
    lines = [each for each in every if whole or _own() in {each.invoice.buyer_id, each.invoice.seller_id}]
    owing = [each for each in lines if each.invoice.buyer_id == _own()]
    return render_template(
        "ledger/clearing/show.html", round=held, answer=answer, lines=lines, said=said, whole=whole, own=_own(),
        outlook=outlook, waits=waits, gone=gone, proposed=sum(each.proposed_amount for each in owing),
        left=sum(outlook.shares[each.invoice_id] for each in owing) if outlook else 0,
        left_out=[(rules.REASONS[why], count) for why, count in queries.left_out(db(), held.id)] if whole else (),
        decides=not whole and policy.may(actor(), policy.DECIDE) and runs and waits,
        carries_out=policy.may(actor(), policy.RUN) and runs
        and not (waits and rules.waits_for({each.party_id: each.accepted for each in said}, gone)),
    )  # fmt: skip


@bp.post("/rounds/<uuid:public_id>/<any(yes, no):word>")
@guarded(policy.DECIDE)
def answer(public_id: UUID, word: str) -> Any:
    """Say yes or no."""
    return press(
        lambda session: services.answer_round(
            session, held=queries.round_of(session, public_id), party_id=_own(), accept=word == "yes", actor=actor(),
            at=now(),
        ),
        then=url_for("clearing.show", public_id=public_id),
        said=_("U zei ja.") if word == "yes" else _("U zei nee. Voor u valt er niets weg."),
    )  # fmt: skip


@bp.get("/rounds/<uuid:public_id>/<uuid:invoice_id>.pdf")
@guarded(policy.READ)
def notice(public_id: UUID, invoice_id: UUID) -> Any:
    """The letter that says what of an invoice was set off."""
    found = queries.notice(db(), public_id, invoice_id, None if _watches() else _own())
    return pdf_file(f"verrekening-{invoice_id}", pdf(rules.notice(Words(language()), found)))


@bp.get("/programme")
@guarded(policy.WATCH)
def programme() -> str:
    """Who takes part, the rounds, and what a round would do now."""
    claims = rules.claims_of(queries.candidates(db(), now()), now())
    shares = services.propose(claims, now()) if claims else {}
    links = () if sum(shares.values()) else rules.missing(claims)
    called = queries.names(db(), [party for each in links for party in each[:3] if party])
    return render_template(
        "ledger/clearing/programme.html", members=queries.members(db()), rounds=db().scalars(queries.rounds()).all(),
        owed=sum(each.amount for each in claims), cleared=sum(shares.values()), links=links, called=called,
        runs=policy.may(actor(), policy.RUN),
    )  # fmt: skip


@bp.route("/begin", methods=["GET", "POST"])
@guarded(policy.RUN)
def begin() -> Any:
    """Begin a round."""
    form = forms.RoundForm(data={"cut_off_at": now(), "days": rules.DAYS})
    return submit(
        form,
        lambda session: services.begin_round(session, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("clearing.show", public_id=made.public_id),
        said=_("De ronde is begonnen. De deelnemers hebben bericht."),
        page=lambda: render_template("ledger/clearing/begin.html", form=form),
    )


@bp.post("/rounds/<uuid:public_id>/carry-out")
@guarded(policy.RUN)
def carry_out(public_id: UUID) -> Any:
    """Carry it out."""
    return press(
        lambda session: services.carry_out(
            session, held=queries.round_of(session, public_id), actor=actor(), at=now()
        ),
        then=url_for("clearing.show", public_id=public_id),
        said=_("De ronde is uitgevoerd. Er is geen geld overgemaakt."),
    )


@bp.route("/members/<uuid:public_id>/stop", methods=["GET", "POST"])
@guarded(policy.RUN)
def stop(public_id: UUID) -> Any:
    """Take out who cannot pay any more: first asked, then done, and never undone."""
    party, form = organisation(db(), public_id), forms.StopForm()
    there = url_for("clearing.programme")
    if queries.find_member(db(), party.id) is None:
        return passed(there, _("Deze organisatie doet niet mee, of niet meer."))
    party_id, name = party.id, party.name
    return submit(
        form,
        lambda session: services.leave(
            session, party_id=party_id, actor=actor(), at=now(), why=LeaveReason.INSOLVENT
        ),
        then=lambda _none: there,
        said=_("Deze organisatie doet meteen niet meer mee."),
        page=lambda: render_template("ledger/clearing/stop.html", form=form, name=name),
    )


@bp.get("/looking-back")
@guarded(policy.WATCH)
def looking_back() -> str:
    """What a round would have done with all that fell due in this quarter so far, and in the four before it."""
    found, period = [], Period.quarter_of(local_date(now()))
    for _number in range(5):
        claims = queries.claims_in(db(), period)
        cleared = sum(services.propose(claims, now()).values()) if claims else 0
        parties = {party for each in claims for party in each[1:3]}
        found.append((period, len(parties), sum(each.amount for each in claims), cleared))
        period = period.previous_quarter()
    return render_template("ledger/clearing/looking_back.html", quarters=found)
