"""Segmentation for the tracking benchmark: objects of neighbouring frames linked into tracks."""
