"""Training steps of one net in PyTorch on one thread, for bench/train.ts.

Argument: a folder with job.json and data.bin as torch_nets.load reads them: the net's description,
batch, classes, learning rate, steps, warm-up. Prints one line of JSON: milliseconds and loss of every
step, warm-up left out of the times.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from torch_nets import chain, load


def main(folder):
    torch.set_num_threads(1)
    job, p = load(folder)
    x = p.pop("images")
    labels = torch.arange(job["batch"]) % job["classes"]
    trained = [one.requires_grad_() for name, one in p.items() if "running_" not in name]
    times, losses = [], []
    for step in range(job["warmUp"] + job["steps"]):
        start = time.perf_counter()
        loss = F.cross_entropy(chain(job["net"]["layers"], x, p, True), labels)
        gradients = torch.autograd.grad(loss, trained)
        with torch.no_grad():
            for weight, gradient in zip(trained, gradients):
                weight -= job["learningRate"] * gradient
        losses.append(loss.item())
        if step >= job["warmUp"]:
            times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"version": torch.__version__, "times": times, "losses": losses}))


main(Path(sys.argv[1]))
