"""The right to challenge (uitdaagrecht): residents or a cooperative say that they can do it better."""
