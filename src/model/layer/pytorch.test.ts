import { describe, expect, it } from 'vitest';
import { DEFAULT_LAYER, type LayerSpec } from './layer.ts';
import { operatorOf } from './operator.ts';
import { pytorchSnippet } from './pytorch.ts';

function snippet(change: Partial<LayerSpec>): string {
  const spec = { ...DEFAULT_LAYER, ...change };
  return pytorchSnippet({ spec, operator: operatorOf(spec), file: 'layer.json' });
}

const small = { dIn: 1, dOut: 1, source: { kind: 'laplacian' } } as const;

describe('the PyTorch snippet', () => {
  it('writes a small layer with its weights and the check', () => {
    expect(snippet(small)).toMatchInlineSnapshot(`
      "import torch
      from torch import nn
      from torch.nn import functional as F

      torch.set_default_dtype(torch.float64)
      layer = nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1, bias=False)
      weight = torch.tensor([
          -1, -1, -1, -1, 8, -1, -1, -1, -1,
      ], dtype=torch.float32).double().reshape(1, 1, 3, 3)
      layer.weight.data = weight

      def f(x):
          return layer(x)

      # M, one column for each input number; its largest absolute column and row sum.
      M = f(torch.eye(64).reshape(-1, 1, 8, 8)).flatten(1).T
      print("l1  ", M.abs().sum(0).max().item())
      print("linf", M.abs().sum(1).max().item())
      "
    `);
  });

  it('pads by F.pad where the sides differ', () => {
    const text = snippet({ ...small, padding: { kind: 'same-tensorflow' } });
    expect(text).toContain('layer = nn.Conv2d(1, 1, kernel_size=3, stride=2, bias=False)');
    expect(text).toContain('return layer(F.pad(x, (0, 1, 0, 1)))');
  });

  it("keeps PyTorch's 'same'", () => {
    const text = snippet({
      ...small,
      stride: [1, 1],
      kernel: [2, 2],
      padding: { kind: 'same-pytorch' },
    });
    expect(text).toContain('nn.Conv2d(1, 1, kernel_size=2, padding="same", bias=False)');
  });

  it('writes circular padding as a mode, and as F.pad where the sides differ', () => {
    const circular = { ...small, stride: [1, 1], paddingMode: 'circular' } as const;
    expect(snippet(circular)).toContain('padding=1, padding_mode="circular", bias=False)');
    const sides = { kind: 'explicit', sides: [0, 2, 0, 2] } as const;
    expect(snippet({ ...circular, padding: sides })).toContain(
      'F.pad(x, (0, 2, 0, 2), mode="circular")',
    );
  });

  it('writes a transposed convolution with the channels in the right order', () => {
    const text = snippet({ type: 'transposed-conv', dIn: 2, dOut: 3, outputPadding: [1, 0] });
    expect(text).toContain(
      'nn.ConvTranspose2d(2, 3, kernel_size=3, stride=2, padding=1, output_padding=(1, 0), bias=False)',
    );
    expect(text).toContain('.reshape(2, 3, 3, 3)');
  });

  it('crops a transposed convolution whose padding differs by side', () => {
    const text = snippet({
      ...small,
      type: 'transposed-conv',
      padding: { kind: 'same-tensorflow' },
    });
    expect(text).toContain('return layer(x)[..., 0:16, 0:16]');
  });

  it('writes a dense layer as nn.Linear', () => {
    const text = snippet({ type: 'dense', dIn: 5, dOut: 2 });
    expect(text).toContain('layer = nn.Linear(5, 2, bias=False)');
    expect(text).toContain('.reshape(2, 5)');
  });

  it('reads a large kernel from the exported JSON', () => {
    const text = snippet({ dIn: 64 });
    expect(text).toContain('json.load(open("layer.json"))["kernel"]');
    expect(text.length).toBeLessThan(1500);
  });

  it('writes float32 weights so that they read back exactly', () => {
    const text = snippet({ dIn: 1, dOut: 2 });
    const list = /tensor\(\[([^\]]*)\]/.exec(text)![1]!;
    const numbers = list.split(',').map(Number).slice(0, 18);
    expect(Float32Array.from(numbers)).toEqual(
      operatorOf({ ...DEFAULT_LAYER, dIn: 1, dOut: 2 }).kernel,
    );
  });
});
