"""Turn the values of the programme into a layout, its figures and its shortages."""
