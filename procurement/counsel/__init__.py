"""Reading along with a draft: what may be unlawful in its words or its size, and the buyer's stored answer."""
