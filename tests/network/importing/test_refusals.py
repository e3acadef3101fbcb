"""Files that hold something else: one line that says which layer, what was found and what was expected."""

import re

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from ctc_submission.network.importing import import_network
from ctc_submission.network.importing.packages import need
from ctc_submission.network.importing.parity import check_parity


def refused(path, message, **options):
    with pytest.raises(ValueError, match=message) as caught:
        import_network(path, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text


@pytest.fixture
def changed(onnx_file, tmp_path):
    """Return a function that changes the ONNX file's message and returns the path of the result."""

    def change(how):
        model = onnx.load(onnx_file)
        how(model.graph)
        path = tmp_path / "changed.onnx"
        onnx.save(model, path)
        return path

    return change


def nodes_of(graph, kind):
    return [node for node in graph.node if node.op_type == kind]


def replace_constant(graph, name, values):
    for tensor in graph.initializer:
        if tensor.name == name:
            tensor.CopyFrom(numpy_helper.from_array(values, name))


def widen_third_convolution(graph):
    replace_constant(graph, nodes_of(graph, "Conv")[4].input[1], np.zeros((32, 48, 1, 1), np.float32))


def unstride(graph):
    for attribute in nodes_of(graph, "Conv")[0].attribute:
        if attribute.name == "strides":
            attribute.ints[:] = [1, 1]


def end_early(graph):
    last = nodes_of(graph, "Concat")[-1]
    sigmoid = helper.make_node("Sigmoid", [last.input[0]], ["early"])
    graph.node.append(sigmoid)
    graph.output[0].name = "early"


def skip_from_elsewhere(graph):
    joins = nodes_of(graph, "Concat")
    joins[2].input[1] = nodes_of(graph, "Mul")[1].output[0]


def join_normalized_image(graph):
    nodes_of(graph, "Concat")[3].input[1] = nodes_of(graph, "Div")[0].output[0]


def join_three(graph):
    nodes_of(graph, "Concat")[1].input.append(nodes_of(graph, "Div")[0].output[0])


def join_nothing(graph):
    join = nodes_of(graph, "Concat")[0]
    for node in graph.node:
        node.input[:] = [join.input[0] if name == join.output[0] else name for name in node.input]


def resize_nearest(graph):
    for attribute in nodes_of(graph, "Resize")[1].attribute:
        attribute.s = b"nearest"


def resize_smoothed(graph):
    nodes_of(graph, "Resize")[1].attribute.append(helper.make_attribute("antialias", 1))


def end_in_tanh(graph):
    nodes_of(graph, "Sigmoid")[-1].op_type = "Tanh"


def clip_first(graph):
    nodes_of(graph, "Mul")[0].op_type = "Clip"


def two_outputs(graph):
    graph.output.append(helper.make_tensor_value_info(nodes_of(graph, "Div")[0].output[0], 1, None))


def oblong(graph):
    graph.input[0].type.tensor_type.shape.dim[1].dim_value = 32


def two_images(graph):
    extra = graph.input.add()
    extra.CopyFrom(graph.input[0])
    extra.name = "z"
    graph.node.append(helper.make_node("Relu", ["z"], ["unused"]))


def weights_from_outside(graph):
    name = nodes_of(graph, "Conv")[7].input[1]
    kept = [tensor for tensor in graph.initializer if tensor.name != name]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    graph.input.append(helper.make_tensor_value_info(name, 1, None))


def another_output(graph):
    graph.node.append(helper.make_node("RandomNormal", [], ["noise"], shape=[1]))
    graph.node.append(helper.make_node("Relu", ["noise"], ["relu"]))
    graph.output[0].name = "relu"


def feed_back(graph):
    convolutions = nodes_of(graph, "Conv")
    convolutions[0].input[0] = convolutions[3].output[0]


CHANGES = {
    widen_third_convolution: r"convolution 5 of 143, 'node\d+', has weights \(32, 48, 1, 1\) and stride 1, "
    r"expected \(24, 48, 1, 1\) and stride 1 for encoder\.blocks\.0\.0\.conv_pw",
    unstride: r"convolution 1 of 143, .* stride 1, expected \(48, 3, 3, 3\) and stride 2 for encoder\.conv_stem",
    end_early: "has 140 convolutions, expected 143",
    skip_from_elsewhere: r"joins what 'node\d+' and 'node\d+' make, expected 'node\d+' and 'node\d+'",
    join_normalized_image: r"the finest skip is the image after 'node\d+', expected the image itself",
    join_three: r"takes what 'node\d+' makes, expected features and a skip put together",
    join_nothing: r"takes what 'node\d+' makes, expected features and a skip put together",
    resize_nearest: r"resizes nearest half_pixel, expected linear half_pixel",
    resize_smoothed: r"resizes linear half_pixel antialias, expected linear half_pixel",
    end_in_tanh: r"'node\d+' follows the last convolution, expected a sigmoid",
    clip_first: r"'node\d+' lies between the image and the first convolution",
    two_outputs: r"has the outputs y, tensor\d+, expected a single one",
    oblong: r"takes images of (32 x 64|64 x 32) pixels, expected squares",
    two_images: r"its inputs are x \(None, 64, 64, 3\), z .*expected one image",
    weights_from_outside: r"\(Conv\) takes 'constant\d+' from the network itself, expected stored weights",
    another_output: "does not depend on the image 'x'",
    feed_back: "feeds its output back",
}


@pytest.mark.parametrize(("change", "message"), CHANGES.items(), ids=[change.__name__ for change in CHANGES])
def test_changed_onnx_files(changed, change, message):
    refused(changed(change), message)


def test_an_input_size_that_contradicts_the_file(onnx_file):
    refused(onnx_file, "sees squares of 64 pixels, which --input-size 384 cannot change", input_size=384)


@pytest.mark.parametrize("content", [b"", b"no network at all", b"PK\x03\x04"])
def test_files_that_are_no_onnx(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    refused(path, "not an ONNX file")


def test_other_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.onnx: no such file"):
        import_network(tmp_path / "none.onnx")
    path = tmp_path / "model.pt"
    path.touch()
    refused(path, r"type '\.pt', expected \.onnx")


@pytest.mark.parametrize("name", ["model.h5", "model.HDF5", "model.keras"])
def test_keras_files(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    refused(path, "Keras files are not read, expected \\.onnx; the authors publish their networks as ONNX")


def test_the_same_layers_with_another_activation(changed, onnx_file, network, images):
    def leak(graph):
        nodes_of(graph, "Relu")[3].op_type = "Elu"

    path = changed(leak)
    assert check_parity(onnx_file, import_network(onnx_file), images) < 1e-4
    with pytest.raises(ValueError, match="pads, activates or resizes in another way"):
        check_parity(path, import_network(path), images)


def test_a_file_that_onnxruntime_cannot_run(onnx_file, tmp_path):
    model = onnx.load(onnx_file)
    model.graph.node.append(helper.make_node("NoSuchOperation", ["x"], ["z"], domain="nowhere"))
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"model\.onnx: onnxruntime .* cannot run it"):
        check_parity(path, import_network(path), [])


def test_a_missing_package():
    with pytest.raises(
        OSError, match=re.escape("'no_such_package' is not installed: pip install 'ctc-submission[import]'")
    ):
        need("no_such_package.part")
