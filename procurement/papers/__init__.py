"""Papers of a tender as PDF: note, receipt, copy of a bid, opening record, award letter, contract."""
