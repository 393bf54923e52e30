"""Read one source of a mapping, whatever sheets and files it is made of."""
