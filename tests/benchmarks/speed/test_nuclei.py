"""The general model, by both networks, with sizes stated and unknown."""

from benchmarks.speed.network_tables import table_of_nuclei
from benchmarks.speed.nuclei import NucleiResult, measure_nuclei
from benchmarks.speed.settings import Settings
from ctc_submission.network.execution import Execution


def test_sizes_are_stated_or_unknown(models, tmp_path):
    (tmp_path / "masks").mkdir()
    settings = Settings(models, tmp_path, tmp_path / "masks", 1, same_masks=False, quick=True, default=Execution("cpu"))
    results = measure_nuclei(settings)
    assert [result.name for result in results] == ["B5, stated", "B5, unknown", "Lite0, stated", "Lite0, unknown"]
    assert min(result.seconds for result in results) > 0
    assert results[0].shape == (3, 32, 40)


def test_the_table_tells_the_frame():
    text = table_of_nuclei([NucleiResult("B5, stated", (16, 256, 256), 4.321, 17)])
    assert "| B5, stated | 16 x 256 x 256 | 4.32 | 17 |" in text
