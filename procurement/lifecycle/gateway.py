"""Dated: the rate that is proposed for discounting."""

from pathlib import Path

from cwb.kernel.dated import DatedTable
from procurement.lifecycle.rules import Rate

rate = DatedTable(Path(__file__).with_name("settings.toml"), "rates", Rate)
