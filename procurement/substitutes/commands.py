"""`cwb bids rotate-key`: here, because this is the highest subject that keeps something locked with that key."""

import click

from coops.papers import services as papers
from cwb.config import Config
from cwb.kernel.runtime import writing
from ledger.landing import services as landing
from procurement.applications import services as applications
from procurement.consortia import services as consortia
from procurement.keeping.services import relock
from procurement.proofs import services as proofs
from procurement.sealing.gateway import HouseKeys
from procurement.statements import services as statements
from procurement.substitutes import services as substitutes


@click.group()
def bids() -> None:
    """Sealed bids."""


@bids.command("rotate-key")
def rotate_key() -> None:
    """Make a new key for drafts and bidders' own copies, and lock all of them with it. Older key files stay."""
    config = Config.from_environment()
    keys = HouseKeys(config.data_dir)
    name = keys.rotate()
    with writing(config) as session:
        moved = sum(
            each(session, keys=keys)
            for each in (
                relock,
                applications.relock,
                statements.relock,
                consortia.relock,
                consortia.relock_backers,
                statements.relock_files,
                proofs.relock,
                substitutes.relock,
                papers.relock,
                landing.relock,
            )
        )
    print(f"key {name}: {moved} texts locked anew")
