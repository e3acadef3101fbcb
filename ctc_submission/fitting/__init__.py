"""Labeling parameters fitted to references by the challenge's own measures; networks run once for each frame."""
