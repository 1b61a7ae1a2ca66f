"""Every cause that is told, as data: one file for each stage."""
