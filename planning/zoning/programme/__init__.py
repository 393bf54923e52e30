"""Assemble the integer programme rule by rule, and hand it on as arrays."""
