"""What a trade register said of a legal person: names, seat and establishments, dated, by the day of look-up."""
