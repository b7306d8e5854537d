"""Training steps of one net in PyTorch on one thread, for bench/train.ts.

Arguments: a folder with job.json (the net's description, tensors' names and shapes in the order in
which data.bin holds them as float32, batch, classes, learning rate, steps, warm-up). Prints one line
of JSON: milliseconds and loss of every step, warm-up left out of the times.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F


def load(folder):
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


def conv(layer, x, p):
    top, bottom, left, right = layer["padding"]
    bias = p[layer["bias"]] if layer["bias"] else None
    symmetric = top == bottom and left == right
    x = x if symmetric else padded(x, layer["padding"])
    own = (top, left) if symmetric else 0
    kinds = (layer["stride"], own, layer["dilation"], layer["groups"])
    return F.conv2d(x, p[layer["weight"]], bias, *kinds)


def batch_norm(layer, x, p):
    weight, bias = (p[layer[key]] if layer[key] else None for key in ("weight", "bias"))
    running = p[layer["running_mean"]], p[layer["running_var"]]
    return F.batch_norm(x, *running, weight, bias, True, 0.1, layer["eps"])


def dense(layer, x, p):
    return F.linear(x, p[layer["weight"]], p[layer["bias"]] if layer["bias"] else None)


def max_pool(layer, x, p):
    x = padded(x, layer["padding"], float("-inf"))
    return F.max_pool2d(x, layer["kernel"], layer["stride"])


def residual(layer, x, p):
    y = chain(layer["body"], x, p)
    if layer["gate"]:
        y = y * chain(layer["gate"], y, p).reshape(*y.shape[:2], 1, 1)
    return y + chain(layer["shortcut"], x, p)


LAYERS = {
    "conv2d": conv,
    "batchnorm2d": batch_norm,
    "dense": dense,
    "maxpool2d": max_pool,
    "residual": residual,
    "relu": lambda layer, x, p: F.relu(x),
    "sigmoid": lambda layer, x, p: torch.sigmoid(x),
    "flatten": lambda layer, x, p: torch.flatten(x, 1),
    "globalavgpool2d": lambda layer, x, p: x.mean((2, 3), keepdim=True),
}


def chain(layers, x, p):
    for layer in layers:
        x = LAYERS[layer["type"]](layer, x, p)
    return x


def main(folder):
    torch.set_num_threads(1)
    job, p = load(folder)
    x = p.pop("images")
    labels = torch.arange(job["batch"]) % job["classes"]
    trained = [one.requires_grad_() for name, one in p.items() if "running_" not in name]
    times, losses = [], []
    for step in range(job["warmUp"] + job["steps"]):
        start = time.perf_counter()
        loss = F.cross_entropy(chain(job["net"]["layers"], x, p), labels)
        gradients = torch.autograd.grad(loss, trained)
        with torch.no_grad():
            for weight, gradient in zip(trained, gradients):
                weight -= job["learningRate"] * gradient
        losses.append(loss.item())
        if step >= job["warmUp"]:
            times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"version": torch.__version__, "times": times, "losses": losses}))


main(Path(sys.argv[1]))
