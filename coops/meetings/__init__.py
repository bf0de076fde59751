"""General meetings of members: agenda, convocation in time, who is there or lets another vote, minutes."""
