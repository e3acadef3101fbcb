"""Pictures as the bytes of small files."""

import cv2
import numpy as np
from numpy.typing import NDArray


def encode_webp(picture: NDArray[np.uint8], quality: int = 75) -> bytes:
    """Encode a picture (Y, X, 3) as a WebP file, of a quality from 1 to 100."""
    encoded = cv2.imencode(".webp", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, quality])[1]
    return encoded.tobytes()
