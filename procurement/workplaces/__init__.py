"""Who may compete for a contract reserved under article 2.82: people of the target group, counted, with the proof."""
