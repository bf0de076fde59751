"""What a buyer demands of bidders: values, advice on proportion, and what is kept. Below the tenders that ask it."""
