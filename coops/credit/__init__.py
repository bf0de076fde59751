"""Money ahead for a cooperative: asked, decided by another, assigned in writing, repaid by the buyer's payment."""
