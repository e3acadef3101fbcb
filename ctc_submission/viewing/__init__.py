"""Sequences in napari: frames, masks, references, tracks and what looks wrong; and a plugin to correct masks with."""
