import {
  fillRaster,
  layRaster,
  rasterSteps,
  type Raster,
  type RasterSource,
} from '../../math/block-max.ts';
import { levelThresholds } from '../../math/weight-keys.ts';
import type { MatrixDraw } from '../../model/layer/matrix-view.ts';
import { colorTable, paintRaster } from './colors.ts';
import { rasterView, type Renderer, type Show, type Stale } from './renderer.ts';

/** A frame that should take longer than this shows a coarse picture first. */
const COARSE_ABOVE_MS = 40;
/** Rasters of so few cells are always exact at once. */
const FEW_CELLS = 50_000;
/** Work between two looks at the messages. */
const SLICE_MS = 12;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Fills a raster in slices; false when the frame became stale meanwhile. */
async function fillInSlices(raster: Raster, stale: Stale): Promise<boolean> {
  const steps = rasterSteps(raster);
  let began = performance.now();
  for (let step = 0; step < steps; step++) {
    fillRaster(raster, step, step + 1);
    if (performance.now() - began < SLICE_MS || step === steps - 1) continue;
    await pause();
    if (stale()) return false;
    began = performance.now();
  }
  return true;
}

/** Draws on a 2-D canvas in the worker, all arithmetic in integers on the processor. */
export class CanvasRenderer implements Renderer {
  readonly kind = 'canvas';
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;
  #source: RasterSource | null = null;
  #thresholds: Uint32Array = new Uint32Array();
  #image = new ImageData(1, 1);
  /** Milliseconds that the last exact frame took. */
  #lastCost = 0;

  load(source: RasterSource): Promise<void> {
    this.#source = source;
    this.#thresholds = levelThresholds(source.keys);
    this.#lastCost = Infinity;
    return Promise.resolve();
  }

  async draw(draw: MatrixDraw, show: Show, stale: Stale): Promise<void> {
    const source = this.#source;
    if (source === null) return;
    const exact = layRaster(source, rasterView(source, draw), draw.mode);
    if (this.#lastCost > COARSE_ABOVE_MS && exact.keys.length > FEW_CELLS) {
      const grain = this.#lastCost > 10 * COARSE_ABOVE_MS ? 8 : 4;
      const coarse = layRaster(source, rasterView(source, draw, grain), draw.mode);
      fillRaster(coarse);
      show(this.#paint(coarse, draw, grain), false);
      await pause();
      if (stale()) return;
    }
    const began = performance.now();
    if (!(await fillInSlices(exact, stale))) return;
    const picture = this.#paint(exact, draw, 1);
    this.#lastCost = performance.now() - began;
    show(picture, true);
  }

  #paint(raster: Raster, draw: MatrixDraw, grain: number): ImageBitmap {
    const { width, height } = draw;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
    }
    const words = new Uint32Array(this.#image.data.buffer);
    const colors = colorTable(draw.mode, draw.theme);
    paintRaster(raster, { colors, thresholds: this.#thresholds, grain }, { width, height, words });
    this.#context.putImageData(this.#image, 0, 0);
    return this.#canvas.transferToImageBitmap();
  }
}
