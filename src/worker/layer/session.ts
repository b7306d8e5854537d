import { rasterSource, type RasterSource } from '../../math/block-max.ts';
import type {
  MatrixDraw,
  MatrixReply,
  MatrixRequest,
  RendererWish,
} from '../../model/layer/matrix-view.ts';
import { sumTables, tooManySums, type SumTables } from '../../math/sum-profile.ts';
import { CanvasRenderer } from './canvas-renderer.ts';
import { marginsOf } from './margins.ts';
import { rasterView, type Renderer } from './renderer.ts';
import { openWebGpu } from './webgpu-renderer.ts';

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * One visible canvas and its renderer. The visible canvas only receives finished bitmaps, so the
 * renderer can change when a device is lost.
 */
export class MatrixSession {
  readonly #reply: (message: MatrixReply) => void;
  #screen: ImageBitmapRenderingContext | null = null;
  #visible: OffscreenCanvas | null = null;
  #renderer: Renderer = new CanvasRenderer();
  #source: RasterSource | null = null;
  #sums: SumTables | null = null;
  #wanted: MatrixDraw | null = null;
  #newest = 0;
  #work: Promise<void> = Promise.resolve();
  #loseDevice: () => void = () => undefined;

  constructor(reply: (message: MatrixReply) => void) {
    this.#reply = reply;
  }

  /** Handles one message; work runs in the order of the messages. */
  take(message: MatrixRequest<OffscreenCanvas>): void {
    if (message.type === 'draw') {
      this.#newest = message.draw.frame;
      this.#wanted = message.draw;
    }
    this.#work = this.#work
      .then(() => this.#act(message))
      .catch((error: unknown) => this.#fail(error));
  }

  async #act(message: MatrixRequest<OffscreenCanvas>): Promise<void> {
    switch (message.type) {
      case 'open':
        return this.#open(message.canvas, message.wish);
      case 'operator':
        this.#source = rasterSource(message.operator);
        this.#sums = tooManySums(message.operator) ? null : sumTables(message.operator);
        await this.#load(this.#source);
        this.#reply({ type: 'loaded', largest: this.#source.keys.largest });
        return;
      case 'draw':
        // A draw superseded by a newer one is never started.
        return message.draw.frame === this.#newest ? this.#draw(message.draw) : undefined;
      case 'picture':
        return this.#picture(message.request, message.draw);
      case 'lose-device':
        this.#loseDevice();
    }
  }

  async #open(canvas: OffscreenCanvas, wish: RendererWish): Promise<void> {
    this.#visible = canvas;
    this.#screen = canvas.getContext('bitmaprenderer');
    if (this.#screen === null) throw new Error('this browser gives workers no canvas');
    const opened = wish === 'canvas' ? null : await openWebGpu(wish === 'webgpu', this.#onLost);
    if (opened !== null) {
      this.#renderer = opened.renderer;
      this.#loseDevice = opened.lose;
    }
    this.#announce(null);
  }

  readonly #onLost = (reason: string): void => {
    this.#useCanvas(
      `The graphics device was lost (${reason}); the picture is now drawn on the processor.`,
    );
    const again = this.#wanted;
    if (again !== null) this.take({ type: 'draw', draw: again });
  };

  #useCanvas(note: string): void {
    if (this.#renderer.kind === 'canvas') return;
    this.#renderer = new CanvasRenderer();
    if (this.#source !== null) void this.#renderer.load(this.#source);
    this.#announce(note);
  }

  /** A matrix too large for the graphics device is drawn on the CPU. */
  async #load(source: RasterSource): Promise<void> {
    try {
      await this.#renderer.load(source);
    } catch (error) {
      if (this.#renderer.kind === 'canvas') throw error;
      this.#useCanvas(`${reasonOf(error)} The picture is drawn on the processor.`);
    }
  }

  async #draw(draw: MatrixDraw): Promise<void> {
    const began = performance.now();
    const { frame } = draw;
    const show = (picture: ImageBitmap, exact: boolean): void => {
      this.#screen?.transferFromImageBitmap(picture);
      this.#reply({ type: 'drawn', frame, exact, milliseconds: performance.now() - began });
    };
    if (this.#visible === null) return;
    const stale = (): boolean => frame !== this.#newest;
    try {
      await this.#renderer.draw(draw, show, stale);
    } catch (error) {
      // The loss of the device is reported after the frame that failed.
      if (this.#renderer.kind === 'canvas') throw error;
      this.#useCanvas(
        `WebGPU failed (${reasonOf(error)}); the picture is now drawn on the processor.`,
      );
      await this.#renderer.draw(draw, show, stale);
    }
    if (frame !== this.#newest || this.#source === null) return;
    const view = rasterView(this.#source, draw);
    const margins = this.#sums === null ? null : marginsOf(this.#source, this.#sums, view);
    this.#reply({ type: 'margins', frame, margins });
  }

  /** A picture to save, from the same renderer as the one on screen. */
  async #picture(request: number, draw: MatrixDraw): Promise<void> {
    if (this.#source === null) return;
    const canvas = new OffscreenCanvas(draw.width, draw.height);
    const context = canvas.getContext('bitmaprenderer');
    const show = (picture: ImageBitmap): void => context?.transferFromImageBitmap(picture);
    await this.#renderer.draw(draw, show, () => false);
    this.#reply({ type: 'picture', request, png: await canvas.convertToBlob() });
  }

  #announce(note: string | null): void {
    this.#reply({ type: 'renderer', renderer: this.#renderer.kind, note });
  }

  #fail(error: unknown): void {
    const message = `The picture of M could not be drawn: ${reasonOf(error)}.`;
    this.#reply({ type: 'failed', message });
  }
}
