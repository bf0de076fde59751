"""Values and the few mechanisms everything stands on; knows no Flask."""
