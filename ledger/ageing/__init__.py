"""How old what is open is, per customer and supplier, held against the books; and the statement of account."""
