"""The board: the picture of a plan for the browser, and its draft."""
