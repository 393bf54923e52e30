"""Random counties against an exact model written for the test alone."""
