"""Why a bank refuses or returns a direct debit: one list of reasons, for the provider and for the bank's own files."""
