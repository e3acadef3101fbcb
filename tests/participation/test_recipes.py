import pytest

from ctc_submission.challenge.datasets import DATASETS, find_dataset
from ctc_submission.network.architecture import NETWORKS, Architecture
from ctc_submission.participation.recipes import recipe_for


@pytest.mark.parametrize(
    ("name", "networks", "method", "tiles"),
    [
        ("Fluo-C3DL-MDA231", (("foreground", "centers"),), "centers", 1),
        ("Fluo-N3DL-TRIC", (("foreground",),), "distance", 6),
        ("Fluo-C3DH-A549-SIM", (("foreground",),), "single", 1),
        ("Fluo-N3DH-CE", (("foreground", "interior"),), "interior", 1),
    ],
)
def test_small_networks_predict_all_that_separating_cells_needs(name, networks, method, tiles):
    recipe = recipe_for(find_dataset(name))
    assert (recipe.networks, recipe.method, recipe.tiles) == (networks, method, tiles)
    assert recipe.network_options == ("--encoder", "tf_efficientnet_lite0", "--decoder", "separable")


def test_the_published_network_has_one_output():
    recipe = recipe_for(find_dataset("Fluo-C3DL-MDA231"), "b5")
    assert recipe.networks == (("foreground",), ("centers",))
    assert recipe.architecture == NETWORKS["b5"] == Architecture()


def test_there_is_a_recipe_for_every_dataset():
    for dataset in DATASETS.values():
        assert recipe_for(dataset).three_view <= dataset.is_3d


def test_another_network_is_refused():
    with pytest.raises(ValueError, match="network is 'b7', expected one of lite0, b5"):
        recipe_for(find_dataset("Fluo-N3DH-CE"), "b7")
