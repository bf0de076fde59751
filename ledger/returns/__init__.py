"""The VAT of a period from invoices, held against the VAT accounts of the books to the cent."""
