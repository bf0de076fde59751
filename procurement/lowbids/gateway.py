"""Dated: when a price asks for an explanation, and how long there is to give it."""

from pathlib import Path

from cwb.kernel.dated import DatedTable
from procurement.lowbids.rules import Settings

settings = DatedTable(Path(__file__).with_name("settings.toml"), "settings", Settings)
