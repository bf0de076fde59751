"""Another e-mail address for an account: confirmed by a code, told to the old address, undone from there."""
