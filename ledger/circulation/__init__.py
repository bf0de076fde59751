"""The measures of a local currency: stock, flow, velocity, leakage and what is stuck."""
