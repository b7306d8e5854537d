import { deflateRawSync } from 'node:zlib';
import { uniformAt } from '../../math/random.ts';
import type { InputFile } from '../tensors.ts';
import {
  counted,
  encode,
  f32,
  join,
  makeNpy,
  makeSafetensors,
  makeZip,
  npyHeader,
} from './hand-made.ts';
import type { ZipPart } from './hand-made.ts';

/** The readers that are fuzzed. */
export type FuzzTarget = 'safetensors' | 'npz' | 'tfjs';

/** A small honest set of files to mutate; `parts` are an archive's entries, to mutate inside. */
export interface FuzzSeed {
  readonly files: readonly InputFile[];
  readonly parts?: readonly ZipPart[];
}

/** Small honest files of a format that reach every path of its reader. */
export function fuzzSeeds(target: FuzzTarget): readonly FuzzSeed[] {
  return SEEDS[target];
}

function safetensorsSeeds(): FuzzSeed[] {
  const mixed = makeSafetensors(
    {
      __metadata__: { format: 'pt' },
      'conv.weight': { dtype: 'F32', shape: [2, 1, 3, 1], data_offsets: [0, 24] },
      half: { dtype: 'F16', shape: [4], data_offsets: [24, 32] },
      brain: { dtype: 'BF16', shape: [2, 2], data_offsets: [32, 40] },
      double: { dtype: 'F64', shape: [2], data_offsets: [40, 56] },
      count: { dtype: 'I64', shape: [], data_offsets: [56, 64] },
      empty: { dtype: 'F32', shape: [0, 3], data_offsets: [64, 64] },
    },
    counted(64),
  );
  const halves = makeSafetensors(
    { h: { dtype: 'F16', shape: [512], data_offsets: [0, 1024] } },
    counted(1024),
  );
  const one = makeSafetensors(
    '{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}   ',
    f32(1, -2, 0.5, NaN),
  );
  return [mixed, halves, one].map((bytes) => ({ files: [{ name: 'w.safetensors', bytes }] }));
}

function npzSeeds(): FuzzSeed[] {
  const arrays: [string, Uint8Array][] = [
    ['a.npy', makeNpy(npyHeader('<f4', [2, 3]), f32(1, 2, 3, 4, 5, 6))],
    ['fortran.npy', makeNpy(npyHeader('<f2', [2, 3, 2], true), counted(24), 2)],
    ['big.npy', makeNpy(npyHeader('>f8', [3]), counted(24), 3)],
    ['scalar.npy', makeNpy(npyHeader('>f4', []), counted(4))],
    ['int.npy', makeNpy(npyHeader('<i8', [2]), counted(16))],
  ];
  const halves = makeNpy(npyHeader('<f2', [400]), counted(800));
  const stored = arrays.map(([name, content]): ZipPart => ({ name, content }));
  const deflated = [...arrays, ['h.npy', halves] as const].map(([name, content]): ZipPart => ({
    name,
    content,
    method: 8,
    packed: deflateRawSync(content),
  }));
  const fixedCodes = deflated
    .slice(0, 2)
    .map((part): ZipPart => ({ ...part, packed: deflateRawSync(part.content, { strategy: 4 }) }));
  return [stored, deflated, fixedCodes, [nearCap()]].map((parts) => ({
    parts,
    files: [{ name: 'w.npz', bytes: makeZip(parts) }],
  }));
}

/** Half noise, half zeros: its array is just under twice its archive. */
function nearCap(): ZipPart {
  const data = new Uint8Array(1520);
  for (let at = 0; at < 610; at += 1) data[at] = 256 * uniformAt({ seed: 1, stream: 0 }, at);
  const content = makeNpy(npyHeader('<f4', [380]), data);
  return { name: 'z.npy', content, method: 8, packed: deflateRawSync(content) };
}

function tfjsSeeds(): FuzzSeed[] {
  const model = encode({
    format: 'layers-model',
    generatedBy: 'keras v2',
    weightsManifest: [
      {
        paths: ['group1-shard1of2.bin', './group1-shard2of2.bin'],
        weights: [
          { name: 'conv/kernel', shape: [1, 3, 1, 2], dtype: 'float32' },
          {
            name: 'q8',
            shape: [5],
            dtype: 'float32',
            quantization: { dtype: 'uint8', scale: 0.1, min: -1.5 },
          },
          {
            name: 'q16',
            shape: [3],
            dtype: 'float32',
            quantization: { dtype: 'uint16', scale: 1e-3, min: 2 },
          },
          {
            name: 'h',
            shape: [2, 2],
            dtype: 'float32',
            quantization: { dtype: 'float16', original_dtype: 'float32' },
          },
          { name: 'step', shape: [], dtype: 'int32' },
        ],
      },
      { paths: ['group2.bin'], weights: [{ name: 'bias', shape: [2], dtype: 'float32' }] },
    ],
  });
  const all = counted(24 + 5 + 6 + 8 + 4);
  const files = [
    { name: 'model.json', bytes: model },
    { name: 'group1-shard1of2.bin', bytes: all.slice(0, 22) },
    { name: 'group1-shard2of2.bin', bytes: all.slice(22) },
    { name: 'group2.bin', bytes: join(f32(0.25), f32(-3)) },
  ];
  return [{ files }, ...(['uint8', 'uint16'] as const).map(quantizedSeed)];
}

/** A model of one quantized weight whose array is just under twice its files. */
function quantizedSeed(dtype: 'uint8' | 'uint16'): FuzzSeed {
  const quantization = { dtype, scale: 0.01, min: -1 };
  const count = dtype === 'uint8' ? 150 : 1000;
  const weights = [{ name: 'w', shape: [count / 10, 10], dtype: 'float32', quantization }];
  return {
    files: [
      { name: 'model.json', bytes: encode({ weightsManifest: [{ paths: ['w.bin'], weights }] }) },
      { name: 'w.bin', bytes: counted(dtype === 'uint8' ? count : 2 * count) },
    ],
  };
}

const SEEDS: Readonly<Record<FuzzTarget, readonly FuzzSeed[]>> = {
  safetensors: safetensorsSeeds(),
  npz: npzSeeds(),
  tfjs: tfjsSeeds(),
};
