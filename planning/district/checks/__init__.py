"""Check the tables of a district against each other and on the map."""
