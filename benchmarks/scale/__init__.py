"""Growing counties: how long, how much memory."""
