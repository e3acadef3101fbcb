"""Whether an image as large as a file declares can be in a file of its size."""

_MOST_EXPANSION = 100_000
"""No compression that TIFF knows makes an image smaller than by this factor: zstd's 2^17 equal bytes take four."""
_ALWAYS = 2**28
"""Bytes of an image that are read whatever the file's size."""


def check_declared_size(declared: int, size: int) -> None:
    """Hold the bytes that an image declares against the bytes of its file.

    Parameters
    ----------
    declared : int
        Bytes of the image once it is decoded.
    size : int
        Bytes of the file.

    Raises
    ------
    ValueError
        If no file of this size holds such an image.
    """
    if declared > max(_ALWAYS, _MOST_EXPANSION * size):
        raise ValueError(f"declares an image of {declared:.3g} bytes in a file of {size} bytes")
