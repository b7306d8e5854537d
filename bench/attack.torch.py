"""APGD-CE and APGD-T of AutoAttack's standard list in PyTorch on one thread, for bench/attack-seeds.ts.

Written from the papers and the reference's rules, apart from the lab's own code, and with the
reference's own draws (one generator, seeded anew for each attack on each batch): with the
reference's seeds its verdicts are the reference's, image by image. Linf and L2.

Argument: a folder with job.json and data.bin as torch_nets.load reads them: the net's description,
the images under "images" as NCHW, labels, norm, eps, batch, seeds. Prints a line of JSON for each
seed: what stands after each attack, one character for each image, 1 = it stands.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from torch_nets import chain, load

ITERATIONS, RHO, TARGETS = 100, 0.75, 9
TINY = 1e-12


def column(v):
    return v.view(-1, 1, 1, 1)


def lengths(v, norm):
    flat = v.flatten(1)
    return column(flat.abs().amax(1) if norm == "Linf" else (flat**2).sum(1).sqrt())


def cross_entropy(z, y, _):
    return F.cross_entropy(z, y, reduction="none")


def targeted_dlr(z, y, target):
    ranked = z.sort(1)[0]
    rows = torch.arange(len(y))
    spread = ranked[:, -1] - 0.5 * (ranked[:, -3] + ranked[:, -4]) + TINY
    return -(z[rows, y] - z[rows, target]) / spread


def projected(z, x, eps, norm):
    if norm == "Linf":
        return torch.min(torch.max(z, x - eps), x + eps).clamp(0.0, 1.0)
    d = z - x
    size = lengths(d, norm)
    return (x + d / (size + TINY) * size.clamp(max=eps)).clamp(0.0, 1.0)


def direction(g, norm):
    return g.sign() if norm == "Linf" else g / (lengths(g, norm) + TINY)


def apgd(logits, x, y, loss, target, eps, norm):
    """One run from one random start: which images it broke."""
    t = 2 * torch.rand(x.shape) - 1 if norm == "Linf" else torch.randn(x.shape)
    z = (x + eps * (t / (lengths(t, norm) + TINY))).clamp(0.0, 1.0)

    def look(z):
        z = z.detach().requires_grad_()
        out = logits(z)
        values = loss(out, y, target)
        (g,) = torch.autograd.grad(values.sum(), [z])
        return values.detach(), g, out.detach().argmax(1) != y

    value, g, broken = look(z)
    best_z, best_g, best = z.clone(), g.clone(), value.clone()
    step = column(torch.full((len(x),), 2 * eps))
    before, at_check = z.clone(), best.clone()
    halved = torch.ones(len(x), dtype=torch.bool)
    history = torch.zeros(ITERATIONS, len(x))
    k, least, less = int(0.22 * ITERATIONS), int(0.06 * ITERATIONS), int(0.03 * ITERATIONS)
    since = 0
    for i in range(ITERATIONS):
        momentum, before = z - before, z
        a = 1.0 if i == 0 else 0.75
        u = projected(z + step * direction(g, norm), x, eps, norm)
        z = projected(z + a * (u - z) + (1 - a) * momentum, x, eps, norm)
        value, g, wrong = look(z)
        broken = broken | wrong
        history[i] = value
        up = value > best
        best_z = torch.where(column(up), z, best_z)
        best_g = torch.where(column(up), g, best_g)
        best = torch.where(up, value, best)
        since += 1
        if since < k:
            continue
        rising = sum((history[i - c] > history[i - c - 1]).float() for c in range(k))
        stuck = ~halved & (at_check >= best)
        halve = (rising <= k * RHO) | stuck
        halved, at_check = halve, best.clone()
        step = torch.where(column(halve), step / 2, step)
        z = torch.where(column(halve), best_z, z)
        g = torch.where(column(halve), best_g, g)
        since, k = 0, max(k - less, least)
    return broken


def attack(kind, logits, x, y, job, seed):
    """One attack of the list on one batch: which of its images stand."""
    torch.manual_seed(seed)
    stand = logits(x).argmax(1) == y
    for rank in range(2, TARGETS + 2) if kind == "apgd-t" else [0]:
        at = stand.nonzero().flatten()
        if len(at) == 0:
            break
        target = logits(x[at]).sort(1)[1][:, -rank] if rank else None
        loss = targeted_dlr if rank else cross_entropy
        stand[at] = ~apgd(logits, x[at], y[at], loss, target, job["eps"], job["norm"])
    return stand


def run(job, logits, x, y, seed):
    with torch.no_grad():
        stand = logits(x).argmax(1) == y
    stages = {}
    for kind in ("apgd-ce", "apgd-t"):
        rows = stand.nonzero().flatten()
        for batch in rows.split(job["batch"]):
            stand[batch] = attack(kind, logits, x[batch], y[batch], job, seed)
        stages[kind] = "".join("1" if one else "0" for one in stand.tolist())
    return stages


def main(folder):
    torch.set_num_threads(1)
    job, p = load(folder)
    x, y = p.pop("images"), torch.tensor(job["labels"])

    def logits(images):
        return chain(job["net"]["layers"], images, p, False)

    for seed in job["seeds"]:
        print(json.dumps({"seed": seed, **run(job, logits, x, y, seed)}), flush=True)


main(Path(sys.argv[1]))
