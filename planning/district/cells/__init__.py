"""Read the cells of a table: characters, encodings, headers, numbers, dates, identifiers."""
