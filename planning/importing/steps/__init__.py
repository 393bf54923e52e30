"""Work on the rows of a source before they become a table."""
