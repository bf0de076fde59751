"""A question in writing with a term, answered once: the shape that low bids, repairs and complaints share."""
