"""Solve a stated problem within its time: by the engine or a plain solver, made whole, or say what stands in the way."""
