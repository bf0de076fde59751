"""`cwb experiment placebo`: how often the registered analysis finds something where nothing is."""

import json
from time import perf_counter

import click

from ledger.inference.rules import ALPHA
from ledger.placebo.rules import REDRAWS, TRADERS, WAVES, placebo
from ledger.share.rules import ratio


@click.group("experiment")
def experiment() -> None:
    """The experiment with local currency."""


@experiment.command("placebo")
@click.option("--runs", type=click.IntRange(1, 10_000), default=500, show_default=True)
@click.option(
    "--seed",
    default="1",
    show_default=True,
    help="Which traders are invented; the same seed, the same answer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(*, runs: int, seed: str, as_json: bool) -> None:
    """Lead invented traders, on whom nothing has an effect, through the registered analysis."""
    begun = perf_counter()
    found = placebo(runs, seed)
    answer = {
        "runs": found.runs,
        "seed": seed,
        "traders": TRADERS,
        "waves": WAVES,
        "redraws": REDRAWS,
        "alpha": ratio(ALPHA),
        "false_positives": found.found,
        "false_positive_rate": ratio(found.rate),
        "interval": [ratio(found.low), ratio(found.high)],
        "covers_alpha": found.covers,
        "seconds": round(perf_counter() - begun, 1),
    }
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in answer.items()))
