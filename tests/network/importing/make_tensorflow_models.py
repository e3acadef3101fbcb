"""Make networks of EfficientCellSeg's form in Keras, with random weights and statistics, as an .onnx file.

Runs where TensorFlow is, in an environment of its own:

    python -m venv tfenv
    tfenv/bin/pip install tensorflow-cpu tf-keras tf2onnx
    tfenv/bin/python make_tensorflow_models.py FOLDER [--size 384] [--decoder 64 48 32 16] [--variant fixed] ...

It writes into FOLDER:

    model.onnx      tf2onnx's export, input x (NHWC)
    outputs.npz     Keras' own outputs for images.npy, if FOLDER holds one: (N, Y, X, 3) float32
"""

import argparse
import os
from pathlib import Path

import numpy as np

VARIANTS = ("fixed", "dynamic", "resizing", "skip-first", "imagenet-rescaling", "nested")
SKIPS = ("block4a_expand_activation", "block3a_expand_activation", "block1a_activation")
BOTTLENECK = "block6a_expand_activation"
IMAGENET_STD = (0.229, 0.224, 0.225)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=384)
    parser.add_argument("--decoder", type=int, nargs=4, default=(64, 48, 32, 16))
    parser.add_argument("--variant", choices=VARIANTS, default="fixed")
    parser.add_argument("--statistics", choices=("random", "imagenet"), default="random")
    parser.add_argument("--keras", choices=("2", "3"), default="2")
    parser.add_argument("--opset", type=int, default=13)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    os.environ["TF_USE_LEGACY_KERAS"] = "1" if arguments.keras == "2" else "0"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    fix_randomness(arguments.seed)

    model = build(arguments.size, arguments.decoder, arguments.variant)
    randomize(model, arguments.statistics, np.random.default_rng(arguments.seed))
    calibrate(model, arguments.size, np.random.default_rng(arguments.seed))
    balance(model, arguments.size, np.random.default_rng(arguments.seed))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    save(model, arguments.folder, arguments.opset)


def fix_randomness(seed):
    """Let the same seed make the same files: blocks are dropped at random while statistics are collected."""
    from tensorflow.keras.utils import set_random_seed

    set_random_seed(seed)


def build(size, filters, variant):
    """Return the network: half an EfficientNet-B5, four blocks of a decoder, a head."""
    import tensorflow as tf
    from tensorflow.keras import Input, Model, layers
    from tensorflow.keras.applications import EfficientNetB5

    side = None if variant in ("dynamic", "resizing") else size
    image = Input((side, side, 3), name="x")
    resized = layers.Resizing(size, size, interpolation="bilinear")(image) if variant == "resizing" else image
    inner = size if variant == "resizing" else side
    nested = variant == "nested"
    given = Input((inner, inner, 3)) if nested else resized
    scaled = (
        layers.Rescaling([1 / std**0.5 for std in IMAGENET_STD])(given) if variant == "imagenet-rescaling" else given
    )
    base = EfficientNetB5(include_top=False, weights=None, input_tensor=scaled)
    if variant == "resizing":
        for layer in base.layers[2:]:
            layer._name = f"encoder_{layer.name}"  # as authors do to tell parts apart; variables keep their names
    prefix = "encoder_" if variant == "resizing" else ""
    outputs = [base.get_layer(prefix + name).output for name in (*SKIPS, BOTTLENECK)]
    if nested:
        outputs = Model(given, outputs, name="encoder")(resized)
    *skips, features = outputs
    for skip, count in zip((*skips, resized), filters, strict=True):
        features = layers.UpSampling2D(2, interpolation="bilinear")(features)
        pair = [skip, features] if variant == "skip-first" else [features, skip]
        features = layers.Concatenate()(pair)
        for _ in range(2):
            features = layers.Conv2D(count, 3, padding="same")(features)
            features = layers.BatchNormalization(epsilon=1e-3)(features)
            features = layers.Activation("relu")(features)
    probability = layers.Conv2D(1, 1, activation="sigmoid", name="head")(features)
    if variant == "resizing":
        probability = tf.image.resize(probability, tf.shape(image)[1:3])
    return Model(image, probability)


def randomize(model, statistics, random):
    """Give every weight a random value, scaled so that activations keep their size and both classes occur."""
    for variable in model.weights:
        name, shape = str(getattr(variable, "path", variable.name)).split(":")[0], tuple(variable.shape)
        kind = name.rsplit("/", 1)[-1]
        if "normalization/" in name and "batch" not in name and kind in ("mean", "variance"):
            variable.assign(input_statistics(statistics, kind, random))
        elif len(shape) == 4:
            inputs = int(np.prod(shape[:3])) if shape[3] > 1 or shape[0] == 1 else shape[0] * shape[1]
            variable.assign(random.normal(0, (2 / inputs) ** 0.5, shape))
        elif kind == "gamma":
            variable.assign(random.uniform(0.5, 1.5, shape) * (0.2 if "project_bn" in name else 1))
        elif len(shape) == 1:
            variable.assign(random.normal(2 if kind == "beta" else 0, 0.1, shape))
    for layer in all_layers(model):
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()  # what the input layer computes with is a copy of its weights


def all_layers(model):
    """Return the layers of a model and of the models within it."""
    return [part for layer in model.layers for part in (all_layers(layer) if hasattr(layer, "layers") else [layer])]


def input_statistics(statistics, kind, random):
    """Return mean or variance of the input layer: ImageNet's, or such that an image in [0, 1] fills the range."""
    if statistics == "imagenet":
        return [0.485, 0.456, 0.406] if kind == "mean" else [std**2 for std in IMAGENET_STD]
    return random.uniform(0.001, 0.003, 3) if kind == "mean" else random.uniform(0.001, 0.002, 3) ** 2


def calibrate(model, size, random):
    """Set statistics near those of random images, as training does; else rounding errors grow from layer to layer."""
    norms = [layer for layer in all_layers(model) if type(layer).__name__ == "BatchNormalization"]
    for norm in norms:
        norm.momentum = 0.0
    model(random.random((2, size, size, 3), dtype=np.float32), training=True)
    for norm in norms:
        norm.momentum = 0.99
        mean, variance = norm.moving_mean.numpy(), norm.moving_variance.numpy()
        norm.moving_mean.assign(mean + 0.1 * variance**0.5 * random.normal(size=mean.shape))
        norm.moving_variance.assign(variance * random.uniform(0.7, 1.4, mean.shape))


def balance(model, size, random):
    """Scale the head so that probabilities of a random image spread around one half."""
    from tensorflow.keras import Model

    head = model.get_layer("head")
    kernel = head.kernel.numpy()
    features = Model(model.input, head.input)(random.random((1, size, size, 3), dtype=np.float32)).numpy()
    logits = features @ kernel[0, 0]
    head.kernel.assign(kernel / logits.std())
    head.bias.assign(-logits.mean(axis=(0, 1, 2)) / logits.std())


def save(model, folder, opset):
    """Write the model in every form, and what it computes for the images that lie there."""
    import tensorflow as tf
    import tf2onnx

    if (folder / "images.npy").exists():
        outputs = [model(image[None]).numpy()[0] for image in np.load(folder / "images.npy")]
        np.savez(folder / "outputs.npz", np.stack(outputs))
    signature = [tf.TensorSpec([None, *model.inputs[0].shape[1:]], tf.float32, name="x")]
    tf2onnx.convert.from_keras(model, signature, opset=opset, output_path=str(folder / "model.onnx"))


if __name__ == "__main__":
    main()
