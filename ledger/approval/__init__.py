"""The buyer's side of an invoice: compare, approve with four eyes, dispute."""
