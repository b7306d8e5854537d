import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of reference figures, described in its README. Nothing else in the code says where it lies. */
const FIXTURES = new URL('../../../fixtures/', import.meta.url);

/** Absolute path of a fixture, given relative to the folder of fixtures. */
export function fixturePath(path: string): string {
  return fileURLToPath(new URL(path, FIXTURES));
}

/** The bytes of a fixture, in a buffer of their own. */
export function fixtureBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fixturePath(path)));
}

/** The text of a fixture. */
export function fixtureText(path: string): string {
  return readFileSync(fixturePath(path), 'utf8');
}

/** A JSON fixture; its caller states the type. */
export function fixtureJson(path: string): unknown {
  return JSON.parse(fixtureText(path));
}

/**
 * Raw little-endian data of the tensors of a safetensors fixture by name, each in a buffer of its own.
 * Shares no code with the lab's reader, which is under test.
 */
export function fixtureTensors(path: string): (name: string) => Uint8Array<ArrayBuffer> {
  const bytes = fixtureBytes(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  return (name) => {
    const [from, to] = header[name]!.data_offsets;
    return bytes.slice(8 + length + from, 8 + length + to);
  };
}

/** MNIST's first 500 test images as uint8 [500, 28, 28], and their labels. */
export function mnistBytes(): { images: Uint8Array<ArrayBuffer>; labels: Uint8Array<ArrayBuffer> } {
  const tensor = fixtureTensors('data/mnist_test_0_499.safetensors');
  return { images: tensor('images_u8'), labels: tensor('labels') };
}

/** One case of norms/conv_geometries.json. */
export interface GeometryCase {
  id: string;
  kind: string;
  in_shape: [number, number, number];
  out_channels: number;
  kernel: [number, number];
  stride: [number, number];
  padding: [number, number, number, number];
  dilation: [number, number];
  groups: number;
  out_shape: [number, number, number];
  weight_q: number[];
  exact: {
    l1: number;
    linf: number;
    l2: number;
    l1_first_argmax_col: number;
    linf_first_argmax_row: number;
  };
  paper: {
    scope: string;
    assumption1: boolean;
    formula1_l1: number;
    formula2_linf: number;
    formula3_l2_upper: number;
  };
  M_q?: number[][];
}

/** All 300 cases, and the factor of their integer weights. */
export function geometryCases(): { scale: number; cases: GeometryCase[] } {
  const file = fixtureJson('norms/conv_geometries.json') as {
    weight_scale: number;
    cases: GeometryCase[];
  };
  return { scale: file.weight_scale, cases: file.cases };
}
