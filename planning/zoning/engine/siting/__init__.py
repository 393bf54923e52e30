"""What to open, where openings decide the price."""
