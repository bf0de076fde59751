"""Complaints about local money: anyone with a wallet files one, people answer within a term, counts are for all."""
