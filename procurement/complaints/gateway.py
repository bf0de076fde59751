"""Dated: how long an answer to a complaint may take."""

from pathlib import Path

from cwb.kernel.dated import DatedTable
from procurement.complaints.rules import Term

term = DatedTable(Path(__file__).with_name("terms.toml"), "terms", Term)
