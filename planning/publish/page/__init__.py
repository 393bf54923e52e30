"""Pages to read in a browser: comparison, evaluation, approval, school look-up."""
