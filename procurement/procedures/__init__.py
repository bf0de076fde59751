"""What a procedure switches: who may see and bid, how many are invited, its phases and its minimum terms."""
