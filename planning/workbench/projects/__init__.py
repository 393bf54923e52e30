"""Keep counties and their plans in one folder on disk, each under a name that only the server gives."""
