"""The network against the paper's numbers, timm's own encoder and plain arithmetic."""

import copy

import cv2
import numpy as np
import pytest
import timm
import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from ctc_submission.network.architecture import ENCODERS, Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg, SeparableBlock, count_parameters


@pytest.fixture(scope="module")
def model(published):
    """The published network: its layers and weights are what is tested."""
    return published


@pytest.fixture(scope="module")
def shapeless():
    """The network at full size without memory: shapes and counts only."""
    with torch.device("meta"):
        return EfficientCellSeg().eval()


def plain_resize(image, size):
    """Bilinear, half-pixel centers, no antialias, borders repeated: written out for one channel in float64."""
    for axis, (length, wanted) in enumerate(zip(image.shape, size, strict=True)):
        places = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
        low = np.floor(places).astype(int)
        high = np.minimum(low + 1, length - 1)
        share = np.expand_dims(places - low, 1 - axis)
        image = np.take(image, low, axis) * (1 - share) + np.take(image, high, axis) * share
    return image


def record_inputs(module, inputs):
    """Write every input of a module to a list, as it runs; returns the hook."""
    return module.register_forward_hook(lambda _, given, __: inputs.append([tensor.clone() for tensor in given]))


def test_parameters_are_the_papers(model):
    decoder = count_parameters(model.decoder) + count_parameters(model.head)
    assert count_parameters(model) == 6_697_817
    assert count_parameters(model.encoder) == 5_633_624
    assert decoder == 1_064_193
    assert sum(tensor.numel() for tensor in model.parameters() if tensor.requires_grad) == 6_629_433


@pytest.mark.parametrize(
    ("filters", "expected"),
    [((64, 48, 32, 16), 1_064_193), ((112, 80, 48, 16), 1_963_713), ((512, 256, 128, 64), 11_936_897)],
)
def test_parameters_of_table_2s_decoders(filters, expected):
    with torch.device("meta"):
        network = EfficientCellSeg(Architecture(filters))
    assert count_parameters(network.decoder) + count_parameters(network.head) == expected
    assert count_parameters(network.encoder) == 5_633_624


@pytest.mark.parametrize(
    ("encoder", "decoder", "expected"),
    [
        ("tf_efficientnet_lite0", "full", 1_508_865),
        ("tf_efficientnet_lite0", "separable", 878_209),
        ("tf_efficientnet_lite1", "full", 1_804_033),
        ("tf_efficientnet_lite1", "separable", 1_173_377),
        ("tf_efficientnet_lite2", "full", 2_045_057),
        ("tf_efficientnet_lite2", "separable", 1_365_249),
    ],
)
def test_parameters_of_the_smaller_networks(encoder, decoder, expected):
    with torch.device("meta"):
        network = EfficientCellSeg(Architecture(encoder=encoder, decoder=decoder))
        both = EfficientCellSeg(Architecture(encoder=encoder, decoder=decoder, outputs=("foreground", "centers")))
    assert count_parameters(network) == expected
    assert count_parameters(both) == expected + 17


def test_mixing_before_upsampling_is_mixing_after(model):
    torch.manual_seed(0)
    block = SeparableBlock(6, 3, 5).eval()
    features, skip = torch.rand(2, 6, 4, 5), torch.rand(2, 3, 8, 10)
    joined = torch.cat([functional.interpolate(features, scale_factor=2, mode="bilinear"), skip], dim=1)
    mix = torch.cat([block.mix_features.weight, block.mix_skip.weight], dim=1)
    with torch.inference_mode():
        torch.testing.assert_close(block(features, skip), block.layers(functional.conv2d(joined, mix)))


@pytest.mark.parametrize("encoder", [name for name in ENCODERS if "lite" in name])
def test_smaller_encoders_compute_what_timms_whole_network_does(encoder):
    torch.manual_seed(0)
    own = EfficientCellSeg(Architecture(input_size=64, encoder=encoder)).eval().encoder
    reference = timm.create_model(encoder, pretrained=False).eval()
    reference.conv_stem, reference.bn1 = own.conv_stem, own.bn1
    for stage in range(5):
        reference.blocks[stage] = own.blocks[stage]
    reference.blocks[5][0].conv_pw, reference.blocks[5][0].bn1 = own.conv_expand, own.bn_expand
    outputs = []
    for stage in (0, 2, 3, 5):
        reference.blocks[stage][0].bn1.register_forward_hook(lambda _, __, output: outputs.append(output))
    image = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        reference.blocks(reference.bn1(reference.conv_stem(image)))
        bottleneck, skips = own(image)
    for expected, given in zip(outputs[:4], [*reversed(skips), bottleneck], strict=True):
        torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-6)


def test_cost_of_a_forward_pass(shapeless):
    with FlopCounterMode(display=False) as counter:
        shapeless(torch.empty(1, 3, 384, 384, device="meta"))
    assert counter.get_total_flops() == pytest.approx(20.2e9, rel=0.005)


def test_shapes_are_the_papers(shapeless):
    given = []
    hooks = [
        block.register_forward_hook(lambda _, inputs, output: given.append((*inputs, output)))
        for block in shapeless.decoder
    ]
    logits = shapeless(torch.empty(1, 3, 384, 384, device="meta"))
    for hook in hooks:
        hook.remove()
    assert tuple(given[0][0].shape[1:]) == (1056, 24, 24)
    assert [tuple(skip.shape[1:]) for _, skip, _ in given] == [
        (384, 48, 48),
        (240, 96, 96),
        (48, 192, 192),
        (3, 384, 384),
    ]
    assert [tuple(output.shape[1:]) for _, _, output in given] == [
        (64, 48, 48),
        (48, 96, 96),
        (32, 192, 192),
        (16, 384, 384),
    ]
    assert [block.layers[0].in_channels for block in shapeless.decoder] == [1440, 304, 96, 35]
    assert logits.shape == (1, 1, 384, 384)


def test_encoder_computes_what_timms_whole_network_does(model):
    reference = timm.create_model("tf_efficientnet_b5", pretrained=False).eval()
    encoder = copy.deepcopy(model.encoder)
    reference.conv_stem, reference.bn1 = encoder.conv_stem, encoder.bn1
    for stage in range(5):
        reference.blocks[stage] = encoder.blocks[stage]
    reference.blocks[5][0].conv_pw, reference.blocks[5][0].bn1 = encoder.conv_expand, encoder.bn_expand
    outputs = []
    for stage in (0, 2, 3, 5):
        reference.blocks[stage][0].bn1.register_forward_hook(lambda _, __, output: outputs.append(output))
    image = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        reference.blocks(reference.bn1(reference.conv_stem(image)))
        bottleneck, skips = encoder(image)
    for expected, given in zip(outputs[:4], [*reversed(skips), bottleneck], strict=True):
        torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-6)
        assert isinstance(reference.blocks[0][0].bn1.act, nn.SiLU)


def test_strided_convolutions_pad_as_tensorflow_does(model):
    checked = []

    def check(convolution, inputs, output):
        kernel = convolution.kernel_size[0]
        # an even length and stride 2: kernel - 2 rows of padding, the odd one after the image
        before, after = (kernel - 2) // 2, (kernel - 1) // 2
        padded = functional.pad(inputs[0], (before, after, before, after))
        expected = functional.conv2d(padded, convolution.weight, convolution.bias, stride=2, groups=convolution.groups)
        torch.testing.assert_close(output, expected)
        checked.append(kernel)

    strided = [part for part in model.modules() if isinstance(part, nn.Conv2d) and part.stride == (2, 2)]
    hooks = [part.register_forward_hook(check) for part in strided]
    with torch.inference_mode():
        model(torch.rand(1, 3, 64, 64))
    for hook in hooks:
        hook.remove()
    assert checked == [3, 3, 5, 3]


def test_batch_norm_epsilon_is_keras_everywhere(model):
    epsilons = [part.eps for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    assert len(epsilons) > 80
    assert set(epsilons) == {1e-3}


def test_decoder_is_convolution_norm_relu_twice(model):
    for block in model.decoder:
        assert [type(layer) for layer in block.layers] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU] * 2
        assert all(layer.bias is not None for layer in block.layers if isinstance(layer, nn.Conv2d))


def test_finest_skip_is_the_image_itself_and_the_encoder_sees_it_normalized(model):
    fine, seen = [], []
    hooks = [record_inputs(model.decoder[3], fine), record_inputs(model.encoder, seen)]
    image = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        model(image)
    for hook in hooks:
        hook.remove()
    assert torch.equal(fine[0][1], image)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    torch.testing.assert_close(seen[0][0], (image - mean) / std)


def test_upsampling_is_bilinear_with_half_pixel_centers(model):
    block = copy.deepcopy(model.decoder[0])
    block.layers = nn.Identity()
    features = torch.rand(1, 2, 5, 7)
    upsampled = block(features, torch.zeros(1, 1, 10, 14))[0, :2].numpy()
    for channel in range(2):
        expected = plain_resize(features[0, channel].numpy(), (10, 14))
        np.testing.assert_allclose(upsampled[channel], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(50, 90), (130, 64), (64, 64), (1, 3), (200, 31)])
def test_predict_resizes_there_and_back(model, shape):
    seen, logits = [], []
    hooks = [
        record_inputs(model, seen),
        model.register_forward_hook(lambda _, __, output: logits.append(output.clone())),
    ]
    images = torch.rand(2, 3, *shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        predicted = model.predict(images)
    for hook in hooks:
        hook.remove()
    assert predicted.shape == (2, 1, *shape)
    assert predicted.dtype == torch.float32
    for index in range(2):
        for channel in range(3):
            expected = plain_resize(images[index, channel].numpy(), (64, 64))
            np.testing.assert_allclose(seen[0][0][index, channel], expected, rtol=0, atol=1e-6)
        probability = torch.sigmoid(logits[0][index, 0]).numpy()
        np.testing.assert_allclose(predicted[index, 0], plain_resize(probability, shape), rtol=0, atol=1e-6)


def test_resizing_agrees_with_the_samples_of_training():
    image = np.random.default_rng(0).random((37, 90), dtype=np.float32)
    resized = cv2.resize(image, (64, 64), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(resized, plain_resize(image, (64, 64)), rtol=0, atol=1e-5)


def test_networks_scale_is_the_input_size(model):
    with torch.inference_mode():
        assert model(torch.rand(1, 3, 96, 32)).shape == (1, 1, 96, 32)


def test_every_parameter_learns(model):
    network = copy.deepcopy(model).train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    silent = [
        name for name, tensor in network.named_parameters() if tensor.grad is None or not tensor.grad.isfinite().all()
    ]
    assert not silent


@pytest.mark.parametrize("decoder", [(64, 48, 32), (64, 48, 32, 0), (64, 48, 32, 16, 8)])
def test_impossible_filters_are_refused(decoder):
    with pytest.raises(ValueError, match="expected those of four blocks"):
        Architecture(decoder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encoder", "resnet"),
        ("decoder", "dense"),
        ("outputs", ()),
        ("outputs", ("tracks",)),
        ("outputs", ("centers",) * 2),
    ],
)
def test_unknown_parts_are_refused_with_what_is_known(name, value):
    with pytest.raises(ValueError, match=f"{name}.*, expected one"):
        Architecture(**{name: value})


@pytest.mark.parametrize("size", [0, 16, 100, -32])
def test_impossible_input_size_is_refused(size):
    with pytest.raises(ValueError, match="multiple of 16"):
        Architecture(input_size=size)
