"""The 26 neighbors of a voxel: everything here that touches, touches across a face, an edge or a corner."""

import itertools

import numpy as np

TOUCHING = np.ones((3, 3, 3), dtype=bool)
"""Structuring element (z, y, x) of 26-connected pieces."""

NEIGHBORS = np.array([step for step in itertools.product((-1, 0, 1), repeat=3) if any(step)])
"""Steps (26, 3) along z, y and x to the neighbors, in scan order: 13 backwards, then 13 forwards."""
