"""List the plans that are at hand before anything is solved: a given one, another run, and one grown from the schools."""
