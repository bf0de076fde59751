"""Appreciation credits (WIJK): thanks for confirmed hours of unpaid help, spent at places here, never for money."""
