"""Nets of the lab in PyTorch, for the benches that run beside it."""

import json

import torch
import torch.nn.functional as F


def load(folder):
    """The job of job.json, and its tensors by name: data.bin holds them as float32, in order."""
    job = json.loads((folder / "job.json").read_text())
    data = torch.frombuffer(bytearray((folder / "data.bin").read_bytes()), dtype=torch.float32)
    tensors, at = {}, 0
    for name, shape in job["tensors"]:
        count = 1
        for size in shape:
            count *= size
        tensors[name] = data[at : at + count].reshape(shape).clone()
        at += count
    return job, tensors


def padded(x, padding, value=0.0):
    top, bottom, left, right = padding
    return F.pad(x, (left, right, top, bottom), value=value) if any(padding) else x


def conv(layer, x, p, training):
    top, bottom, left, right = layer["padding"]
    bias = p[layer["bias"]] if layer["bias"] else None
    symmetric = top == bottom and left == right
    x = x if symmetric else padded(x, layer["padding"])
    own = (top, left) if symmetric else 0
    kinds = (layer["stride"], own, layer["dilation"], layer["groups"])
    return F.conv2d(x, p[layer["weight"]], bias, *kinds)


def batch_norm(layer, x, p, training):
    weight, bias = (p[layer[key]] if layer[key] else None for key in ("weight", "bias"))
    running = p[layer["running_mean"]], p[layer["running_var"]]
    return F.batch_norm(x, *running, weight, bias, training, 0.1, layer["eps"])


def dense(layer, x, p, training):
    return F.linear(x, p[layer["weight"]], p[layer["bias"]] if layer["bias"] else None)


def max_pool(layer, x, p, training):
    x = padded(x, layer["padding"], float("-inf"))
    return F.max_pool2d(x, layer["kernel"], layer["stride"])


def residual(layer, x, p, training):
    y = chain(layer["body"], x, p, training)
    if layer["gate"]:
        y = y * chain(layer["gate"], y, p, training).reshape(*y.shape[:2], 1, 1)
    return y + chain(layer["shortcut"], x, p, training)


LAYERS = {
    "conv2d": conv,
    "batchnorm2d": batch_norm,
    "dense": dense,
    "maxpool2d": max_pool,
    "residual": residual,
    "relu": lambda layer, x, p, training: F.relu(x),
    "sigmoid": lambda layer, x, p, training: torch.sigmoid(x),
    "flatten": lambda layer, x, p, training: torch.flatten(x, 1),
    "globalavgpool2d": lambda layer, x, p, training: x.mean((2, 3), keepdim=True),
}


def chain(layers, x, p, training):
    """The logits of a list of layers; `training` says how BatchNorm runs."""
    for layer in layers:
        x = LAYERS[layer["type"]](layer, x, p, training)
    return x
