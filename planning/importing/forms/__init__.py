"""Understand the forms of an office: headers, grades side by side, totals, words."""
