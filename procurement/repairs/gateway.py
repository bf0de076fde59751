"""Dated: how long there is to make something up."""

from pathlib import Path

from cwb.kernel.dated import DatedTable
from procurement.repairs.rules import Settings

settings = DatedTable(Path(__file__).with_name("settings.toml"), "settings", Settings)
