"""Reports of segmented sequences: what was found, what looks wrong, and how it was made, on one page."""
