"""Read the files of an office as they come: workbooks, layers, drawings, archives."""
