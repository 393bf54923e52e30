"""Better plans from a plan at hand."""
