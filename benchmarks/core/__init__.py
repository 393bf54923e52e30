"""Check the capacity core on classic instances."""
