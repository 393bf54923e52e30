"""Whether catchments hang together."""
