import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ctc_submission.preprocessing.normalization import min_max_normalize

shapes = st.tuples(st.integers(1, 20), st.integers(1, 20))
images = st.one_of(
    npst.arrays(np.uint8, shapes),
    npst.arrays(np.uint16, shapes),
    npst.arrays(np.float32, shapes, elements=st.floats(-(2**20), 2**20, width=32)),
)


@settings(max_examples=60, deadline=None)
@given(images)
def test_min_max_covers_zero_to_one_unless_constant(image):
    normalized = min_max_normalize(image)
    assert normalized.min() == 0
    assert normalized.max() == (1 if image.astype(np.float32).max() > image.astype(np.float32).min() else 0)
