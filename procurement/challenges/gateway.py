"""Dated: how long each step of a challenge may take."""

from pathlib import Path

from cwb.kernel.dated import DatedTable
from procurement.challenges.rules import Terms

terms = DatedTable(Path(__file__).with_name("terms.toml"), "terms", Terms)
