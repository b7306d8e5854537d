import type { RasterMode } from '../../math/block-max.ts';
import type { ConvOperator } from '../../math/operator.ts';
import type { Theme } from '../../math/palette.ts';

/** What colours mean in the picture of M. */
export type MatrixColorMode = RasterMode;

/** Pixels of the canvas (device pixels) per entry. */
export interface MatrixScale {
  readonly row: number;
  readonly column: number;
}

/** The window on M. */
export interface MatrixViewport {
  /** Row and column at the picture's top left corner; may lie between entries and outside M. */
  readonly row: number;
  readonly column: number;
  readonly scale: MatrixScale;
}

/** Which of the two ways draws. */
export type MatrixRenderer = 'webgpu' | 'canvas';

/**
 * Which way is wished: `auto` takes WebGPU on a hardware adapter; `webgpu` any adapter, also one in
 * software (tests); `canvas` never asks for an adapter.
 */
export type RendererWish = 'auto' | MatrixRenderer;

/** One picture, as it is asked for. */
export interface MatrixDraw {
  /** Grows with every request; a newer one ends the work on an older one. */
  readonly frame: number;
  /** Size of the canvas in device pixels. */
  readonly width: number;
  readonly height: number;
  readonly viewport: MatrixViewport;
  readonly mode: MatrixColorMode;
  readonly theme: Theme;
}

/**
 * Largest absolute sum under each pixel of the picture's two sides, NaN outside M. Null where the
 * distinct tap sets are too many to tabulate.
 */
export interface MatrixMargins {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** Page to matrix worker. `Canvas` is the platform's OffscreenCanvas, which this room does not know. */
export type MatrixRequest<Canvas> =
  | { readonly type: 'open'; readonly canvas: Canvas; readonly wish: RendererWish }
  | { readonly type: 'operator'; readonly operator: ConvOperator }
  | { readonly type: 'draw'; readonly draw: MatrixDraw }
  | { readonly type: 'picture'; readonly request: number; readonly draw: MatrixDraw }
  | { readonly type: 'lose-device' };

/** Matrix worker to page. */
export type MatrixReply =
  | { readonly type: 'renderer'; readonly renderer: MatrixRenderer; readonly note: string | null }
  | {
      readonly type: 'drawn';
      readonly frame: number;
      /** False for the coarse picture that comes before the exact one of the same frame. */
      readonly exact: boolean;
      /** From the worker's taking up the request to the hand-over of the picture. */
      readonly milliseconds: number;
    }
  | { readonly type: 'margins'; readonly frame: number; readonly margins: MatrixMargins | null }
  | {
      readonly type: 'loaded';
      /** Largest magnitude of the weights (as float32): the end of the colour scale. */
      readonly largest: number;
    }
  | { readonly type: 'picture'; readonly request: number; readonly png: Blob }
  | { readonly type: 'failed'; readonly message: string };
