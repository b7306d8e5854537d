import type { RasterMode } from '../../math/block-max.ts';
import type { ConvOperator } from '../../math/operator.ts';
import type { Theme } from '../../math/palette.ts';

/** Meaning of colours in the picture of M. */
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

/** Which of the two renderers draws. */
export type MatrixRenderer = 'webgpu' | 'canvas';

/**
 * Requested renderer: `auto` uses WebGPU on a hardware adapter; `webgpu` any adapter, also one in
 * software (tests); `canvas` never requests an adapter.
 */
export type RendererWish = 'auto' | MatrixRenderer;

/** Request for one picture. */
export interface MatrixDraw {
  /** Increases with every request; a newer one cancels an older one. */
  readonly frame: number;
  /** Size of the canvas in device pixels. */
  readonly width: number;
  readonly height: number;
  readonly viewport: MatrixViewport;
  readonly mode: MatrixColorMode;
  readonly theme: Theme;
}

/**
 * Largest absolute sum under each pixel of the picture's two sides, NaN outside M. Null when there
 * are too many distinct tap sets to tabulate.
 */
export interface MatrixMargins {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/**
 * Page to matrix worker. `Canvas` is the platform's OffscreenCanvas, whose type is not available
 * here.
 */
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
      /** From the start of the request in the worker to the delivery of the picture. */
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
