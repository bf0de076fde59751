"""Pins: five digits, or a passkey, by which a person confirms a payment at a till."""
