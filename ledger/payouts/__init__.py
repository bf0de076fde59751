"""What the provider of online payments sends to the bank, brought home by the bank's file."""
