"""The linear programme: solved, relaxed, cut down, with divided items."""
