"""Money that stands ahead between two: paid too much, twice, or before an invoice; set off later or paid back."""
