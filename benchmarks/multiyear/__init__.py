"""Fifteen instances over five school years: five made-up counties, each with three amounts of spare seats."""
