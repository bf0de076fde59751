"""Proof: papers with their files, and the intended winner that shows them to its buyer."""
