"""What each room of the workbench answers; the pages of the same names ask."""
