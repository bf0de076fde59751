"""`cwb procedure advise`: the advice without a database."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import click

from cwb.identity.models import ANCHOR_TYPES
from cwb.kernel.calendar import run_on
from cwb.kernel.clock import local_date, now
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from procurement.advice import gateway, rules


@click.group()
def procedure() -> None:
    """Advice on procurement procedures."""


def _money(_context: click.Context, parameter: click.Parameter, text: str) -> Money:
    try:
        value = Money.of(text)
    except (ArithmeticError, ValueError, RuleBroken):
        raise click.BadParameter(
            f"“{text[:40]}” is geen bedrag, schrijf 180000 of 180000.00", param=parameter
        ) from None
    if value.minor <= 0:
        raise click.BadParameter("de waarde moet meer dan nul euro zijn", param=parameter)
    return value


def _cpv(_context: click.Context, parameter: click.Parameter, text: str) -> Cpv:
    try:
        return Cpv.parse(text)
    except RuleBroken as fault:
        raise click.BadParameter(fault.text(), param=parameter) from None


@procedure.command()
@click.option(
    "--value", required=True, callback=_money, help="Euro without VAT, whole term, options and all lots."
)
@click.option("--cpv", required=True, callback=_cpv, help="CPV code, eight digits.")
@click.option(
    "--anchor-type", required=True, type=click.Choice(ANCHOR_TYPES), help="Kind of anchor institution."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of announcing; default today.")
@click.option("--years", type=click.FloatRange(min=0, min_open=True), help="Length of the contract in years.")
@click.option(
    "--contracting-authority/--no-contracting-authority", default=None, help="The anchor's own setting."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def advise(
    value: Money, cpv: Cpv, anchor_type: str, on: datetime | None, years: float | None,
    contracting_authority: bool | None, as_json: bool,
) -> None:  # fmt: skip
    """Which procedures are allowed, what may be reserved, warnings and minimum terms. No legal advice."""
    day: date = on.date() if on else local_date(now())
    length = None if years is None else Decimal(str(years))
    purchase = rules.Purchase(value, cpv, anchor_type, day, length, contracting_authority)
    advice = rules.advise(purchase, gateway.law())
    if as_json:
        data = as_data(advice) | {"standstill": standstill(gateway.law(), day)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in (*advice.procedures, *advice.reservations):
        click.echo(
            f"{'ja ' if line.allowed else 'nee'} {line.id}: {why(line)} [{line.article}; {line.certainty}]"
        )
    for line in advice.warnings:
        click.echo(f"let op: {why(line)}")
    for term in advice.terms[advice.recommended]:
        click.echo(f"{term.days:>3} dagen {term.text} [{term.article}; {term.certainty}]")


def standstill(law: rules.Law, sent_on: date) -> dict[str, object]:
    """The standstill of a decision that is sent to all on a day: its last day, and when none is asked for.

    Calendar days from the day after sending; a last day that is free moves on (Algemene termijnenwet, our setting).
    """
    counted = sent_on + timedelta(days=law.standstill)
    return {
        "days": law.standstill, "article": law.articles.standstill, "certainty": law.articles.certainty,
        "sent_on": sent_on.isoformat(), "counted_last_day": counted.isoformat(),
        "last_day": run_on(counted).isoformat(),
        "exceptions": [
            {"id": each.id, "why": each.text, "article": each.article, "certainty": each.certainty}
            for each in law.standstill_exceptions
        ],
    }  # fmt: skip


def why(line: rules.Line) -> str:
    """The text of a line in the source language."""
    facts = {
        key: f"€ {value.plain()}" if isinstance(value, Money) else value for key, value in line.facts.items()
    }
    return line.text % facts if facts else line.text


def as_data(advice: rules.Advice) -> dict[str, Any]:
    """The advice as JSON values, in the fields other programs rely on."""

    def row(line: rules.Line) -> dict[str, object]:
        return {
            "id": line.id, "allowed": line.allowed, "why": why(line), "article": line.article,
            "certainty": line.certainty, "source": line.source, "refused_by": line.by or None,
        }  # fmt: skip

    return {
        "procedures": [
            {**row(line), "recommended": line.id == advice.recommended} for line in advice.procedures
        ],
        "reservations": [row(line) for line in advice.reservations],
        "warnings": [
            {"id": line.id, "why": why(line), "article": line.article, "certainty": line.certainty}
            for line in advice.warnings
        ],
        "min_days": dict(advice.min_days),
        "terms": {
            code: [
                {
                    "id": each.id,
                    "days": each.days,
                    "why": each.text,
                    "article": each.article,
                    "certainty": each.certainty,
                }
                for each in terms
            ]
            for code, terms in advice.terms.items()
        },
        "kind": advice.kind.value,
        "light_regime": advice.light,
        "threshold": advice.threshold.plain(),
        "recommended": advice.recommended,
    }
