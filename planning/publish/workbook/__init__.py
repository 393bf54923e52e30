"""Workbooks: what a spreadsheet shows of scorecards, comparisons and evaluations."""
