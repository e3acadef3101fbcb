"""Which numbers are intensities, whether they come from a file or from an array."""

import numpy as np
from numpy.typing import NDArray

_TAKEN_AS_THEY_ARE = ("uint8", "uint16", "float32", "float64")


def check_pixel_type(dtype: np.dtype, name: str) -> None:
    """Check that numbers of a type can be intensities.

    Parameters
    ----------
    dtype : numpy.dtype
        The type.
    name : str
        What holds them, for the message.

    Raises
    ------
    ValueError
        If they are neither whole numbers nor of 32 or 64 bit floating point.
    """
    if dtype.name not in _TAKEN_AS_THEY_ARE and dtype.kind not in "iu":
        raise ValueError(f"{name} holds {dtype} pixels, expected one of {', '.join(_TAKEN_AS_THEY_ARE)}: convert it")


def as_intensities(stack: NDArray, name: str) -> NDArray:
    """Check intensities, and turn integers of other types into uint16.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray
        Numbers of a type that `check_pixel_type` takes.
    name : str
        What holds them, for messages.

    Returns
    -------
    (Z, Y, X) ndarray of uint8, uint16, float32 or float64
        The same array where its type is one of these.

    Raises
    ------
    ValueError
        If there is NaN or infinity, or an integer outside 0 to 65535.
    """
    if stack.dtype.kind == "f":
        if not all(np.isfinite(plane).all() for plane in stack):
            raise ValueError(f"{name} holds NaN or infinity, expected finite intensities: replace them first")
        return stack
    if stack.dtype.name in _TAKEN_AS_THEY_ARE:
        return stack
    if stack.min() < 0 or stack.max() > 65535:
        raise ValueError(
            f"{name} holds {stack.dtype} values from {stack.min()} to {stack.max()}, expected 0 to 65535: "
            "convert it to 16 bit unsigned"
        )
    return stack.astype(np.uint16)


def inverted(stack: NDArray, bits: int, name: str) -> NDArray:
    """Count whole numbers down from the largest of so many bits, so that what was shown bright has high numbers.

    Raises
    ------
    ValueError
        If they are no whole numbers.
    """
    if stack.dtype.kind == "f":
        raise ValueError(
            f"{name} holds {stack.dtype} pixels of which 0 is white, but no largest one that is black: "
            "export it with black as 0"
        )
    largest = np.iinfo(stack.dtype).max if bits == 8 * stack.dtype.itemsize else 2**bits - 1
    return np.subtract(largest, stack, dtype=stack.dtype)
