"""`cwb stripe`: who takes online payments, and a round in the provider's sandbox."""

import os

import click
from sqlalchemy import select

from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.errors import Refusal
from cwb.kernel.runtime import writing
from ledger.checkout.gateway import smoke as round_in_sandbox
from ledger.checkout.services import open_till


@click.group("stripe")
def stripe() -> None:
    """Online payments through Stripe."""


@stripe.command("open")
@click.argument("kvk")
@click.argument("account")
def open_(kvk: str, account: str) -> None:
    """Let the organisation with this KvK number take online payments in its Stripe ACCOUNT (acct_…)."""
    with writing() as session:
        found = session.scalar(select(Organisation).where(Organisation.kvk_number == kvk))
        if found is None:
            click.echo(f"no organisation with KvK number {kvk}", err=True)
            raise SystemExit(2)
        open_till(session, organisation_id=found.id, account=account, at=clock.now())
        click.echo(f"{found.name}: {account}")


@stripe.command("smoke")
def smoke() -> None:
    """Pay and give back with the sandbox key in STRIPE_API_KEY: nothing without one, and never a live key."""
    key = os.environ.get("STRIPE_API_KEY", "").strip()
    if not key:
        click.echo("skipped: STRIPE_API_KEY is not set")
        return
    if not key.startswith(("sk_test_", "rk_test_")):
        click.echo("refused: this is no sandbox key (sk_test_…); nothing was sent", err=True)
        raise SystemExit(2)
    try:
        for line in round_in_sandbox(key):
            click.echo(line)
    except Refusal as fault:
        click.echo(fault.text(), err=True)
        raise SystemExit(1) from None
