"""People of an organisation: invitations and mandates."""
