"""Fill columns of a table from other files: names, addresses, areas, totals."""
