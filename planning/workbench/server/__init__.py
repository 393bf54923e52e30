"""Listen on this machine only, let nobody in without the key, and answer."""
