"""Maps: one to browse, one of seats, one to print."""
