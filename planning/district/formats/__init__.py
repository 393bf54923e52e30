"""Read the files of a district: folders, workbooks, layers, packages."""
