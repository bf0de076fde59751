"""The micro-alliance of a wijk: who meets there, what they put on its agenda, and what was promised."""
