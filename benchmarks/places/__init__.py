"""Try real places that are not shipped."""
