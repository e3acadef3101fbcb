import pytest

from ctc_submission.download.archives import Archive


def test_addresses_are_the_challenge_s():
    assert Archive("Fluo-N3DH-SIM+", "training").url == (
        "http://data.celltrackingchallenge.net/training-datasets/Fluo-N3DH-SIM+.zip"
    )
    assert Archive("Fluo-N3DL-TRIC", "test", "https://mirror/ctc/").url == (
        "https://mirror/ctc/test-datasets/Fluo-N3DL-TRIC.zip"
    )


@pytest.mark.parametrize(
    ("dataset", "beginning"),
    [("Fluo-C3DL-MDA231", "b1044"), ("Fluo-C3DH-A549-SIM", "321bd"), ("Fluo-N3DL-TRIC", "225f0")],
)
def test_three_checksums_are_known(dataset, beginning):
    assert Archive(dataset, "training").sha256.startswith(beginning)
    assert len(Archive(dataset, "training").sha256) == 64
    assert Archive(dataset, "test").sha256 is None


def test_names_and_addresses_are_checked():
    with pytest.raises(ValueError, match="unknown dataset 'Fluo-N3DL-TRIK': expected .* Fluo-N3DL-TRIC"):
        Archive("Fluo-N3DL-TRIK", "training")
    with pytest.raises(ValueError, match="base URL is 'ftp://x', expected one that begins with http"):
        Archive("Fluo-N3DL-TRIC", "training", "ftp://x")
