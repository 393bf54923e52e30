"""The notice: what it says, and on which paper."""
