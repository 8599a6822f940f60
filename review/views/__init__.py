"""Pages, a file each theme."""
