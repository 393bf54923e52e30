"""Draw, mend and place the shapes that an import makes: zones of points, streets, coordinate systems."""
