"""Segmentation for the tracking benchmark: objects of neighboring frames linked into tracks."""
