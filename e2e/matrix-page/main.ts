import { checkGeometry, type ConvGeometry } from '../../src/math/geometry.ts';
import { makeKernel } from '../../src/math/kernels.ts';
import { makeOperator, matrixShape } from '../../src/math/operator.ts';
import type {
  MatrixColorMode,
  MatrixDraw,
  MatrixReply,
  RendererWish,
} from '../../src/model/layer/matrix-view.ts';
import { openMatrix, type MatrixClient } from '../../src/state/layer/matrix-client.ts';

/** A layer to draw. */
export interface LayerCase {
  readonly geometry: ConvGeometry;
  readonly transposed?: boolean;
}

/** A window: all of M magnified, from a fraction of M on. */
export interface Shot {
  readonly magnification: number;
  readonly from: readonly [row: number, column: number];
  readonly mode: MatrixColorMode;
  /** Pixels of the picture: [width, height]. */
  readonly size: readonly [number, number];
}

/** What the page can be asked from outside. */
export interface MatrixBench {
  readonly open: (layer: LayerCase, wish: RendererWish) => Promise<string>;
  /** Draws a frame to its exact end; milliseconds until the first and the exact picture. */
  readonly shoot: (shot: Shot) => Promise<{ first: number; exact: number }>;
  /** The pixels of a picture, as RGBA words. */
  readonly pixels: (shot: Shot) => Promise<number[]>;
  readonly loseDevice: () => Promise<string | null>;
  /** Longest task of the page's thread since the last call, 0 when none was over 50 ms. */
  readonly longestTask: () => number;
}

let canvas = document.createElement('canvas');
let client: MatrixClient | null = null;
let shape: [number, number] = [1, 1];
let frame = 0;
let longest = 0;
let onDrawn: (reply: Extract<MatrixReply, { type: 'drawn' }>) => void = () => undefined;
let onRenderer: (reply: Extract<MatrixReply, { type: 'renderer' }>) => void = () => undefined;

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
}).observe({ type: 'longtask' });

function open({ geometry, transposed = false }: LayerCase, wish: RendererWish): Promise<string> {
  client?.close();
  canvas.remove();
  canvas = document.createElement('canvas');
  document.body.append(canvas);
  const kernel = makeKernel(checkGeometry(geometry), { kind: 'he', seed: 1 });
  const operator = makeOperator(geometry, kernel, transposed);
  shape = matrixShape(operator);
  return new Promise((resolve, reject) => {
    onRenderer = ({ renderer }) => resolve(renderer);
    const opened = openMatrix(
      canvas,
      {
        onRenderer: (reply) => onRenderer(reply),
        onDrawn: (reply) => onDrawn(reply),
        onLoaded: () => undefined,
        onMargins: () => undefined,
        onFailure: (message) => reject(new Error(message)),
      },
      wish,
    );
    opened.setOperator(operator);
    client = opened;
  });
}

function drawOf({ magnification, from, mode, size }: Shot): MatrixDraw {
  const [rows, columns] = shape;
  const [width, height] = size;
  const scale = { row: (height / rows) * magnification, column: (width / columns) * magnification };
  const viewport = { row: from[0] * rows, column: from[1] * columns, scale };
  return { frame: ++frame, width, height, viewport, mode, theme: 'light' };
}

function shoot(shot: Shot): Promise<{ first: number; exact: number }> {
  const draw = drawOf(shot);
  const began = performance.now();
  let first = 0;
  return new Promise((resolve) => {
    onDrawn = (reply) => {
      if (reply.frame !== draw.frame) return;
      const now = performance.now() - began;
      first ||= now;
      if (reply.exact) resolve({ first, exact: now });
    };
    client?.draw(draw);
  });
}

async function pixels(shot: Shot): Promise<number[]> {
  if (client === null) return [];
  const picture = await createImageBitmap(await client.picture(drawOf(shot)));
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [picture.width, picture.height];
  const context = copy.getContext('2d');
  if (context === null) return [];
  context.drawImage(picture, 0, 0);
  return Array.from(
    new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer),
  );
}

function loseDevice(): Promise<string | null> {
  return new Promise((resolve) => {
    onRenderer = ({ renderer, note }) => resolve(renderer === 'canvas' ? note : null);
    client?.loseDevice();
  });
}

function longestTask(): number {
  const seen = longest;
  longest = 0;
  return seen;
}

const bench: MatrixBench = { open, shoot, pixels, loseDevice, longestTask };
(window as unknown as { matrixBench: MatrixBench }).matrixBench = bench;
