"""The instruments of the local currency: what each is, its switch, its backing and its limits."""
