"""How much of the anchors' spend lands in one wijk: the published measure, cut by the wijk that was proven."""
