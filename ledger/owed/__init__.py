"""What a seller owes back once an invoice was paid and then credited: set off, or paid back as money ahead is."""
