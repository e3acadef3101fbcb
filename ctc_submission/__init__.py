"""Cell Tracking Challenge submission toolkit: EfficientCellSeg (Wagner and Rohr, MIDL 2022), frames in, masks out."""

__version__ = "0.1.0"
