"""Earlier jobs of organisations: said once in the profile, used in statements, judged against what tenders demand."""
