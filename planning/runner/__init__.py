"""Carry jobs out side by side: each in a process of its own within limits, here or on a Dask cluster."""
