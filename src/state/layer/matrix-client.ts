import type { ConvOperator } from '../../math/operator.ts';
import type {
  MatrixDraw,
  MatrixReply,
  MatrixRequest,
  RendererWish,
} from '../../model/layer/matrix-view.ts';

/** Callbacks for a picture of M. */
export interface MatrixEvents {
  readonly onRenderer: (reply: Extract<MatrixReply, { type: 'renderer' }>) => void;
  readonly onDrawn: (reply: Extract<MatrixReply, { type: 'drawn' }>) => void;
  readonly onMargins: (reply: Extract<MatrixReply, { type: 'margins' }>) => void;
  readonly onLoaded: (reply: Extract<MatrixReply, { type: 'loaded' }>) => void;
  readonly onFailure: (message: string) => void;
}

/** The page's side of one picture of M. */
export interface MatrixClient {
  readonly setOperator: (operator: ConvOperator) => void;
  /** Requests a frame; an older one still being drawn is dropped. */
  readonly draw: (draw: MatrixDraw) => void;
  /** The same picture as a PNG file. */
  readonly picture: (draw: MatrixDraw) => Promise<Blob>;
  /** Loses the graphics device on purpose (tests). */
  readonly loseDevice: () => void;
  readonly close: () => void;
}

/**
 * Transfers a canvas to its own worker, which draws M on it. A canvas cannot be transferred back: a
 * closed client needs a new element.
 */
export function openMatrix(
  canvas: HTMLCanvasElement,
  events: MatrixEvents,
  wish: RendererWish = 'auto',
): MatrixClient {
  const worker = new Worker(new URL('../../worker/layer/matrix-worker.ts', import.meta.url), {
    type: 'module',
  });
  const pictures = new Map<number, (png: Blob) => void>();
  let requests = 0;
  const send = (message: MatrixRequest<OffscreenCanvas>, transfer: Transferable[] = []): void =>
    worker.postMessage(message, transfer);
  worker.onmessage = ({ data }: MessageEvent<MatrixReply>) => {
    if (data.type === 'renderer') events.onRenderer(data);
    else if (data.type === 'drawn') events.onDrawn(data);
    else if (data.type === 'margins') events.onMargins(data);
    else if (data.type === 'loaded') events.onLoaded(data);
    else if (data.type === 'failed') events.onFailure(data.message);
    else {
      pictures.get(data.request)?.(data.png);
      pictures.delete(data.request);
    }
  };
  worker.onerror = (event) =>
    events.onFailure(
      `The worker that draws M stopped: ${event.message || 'it could not be loaded'}. Reload the page.`,
    );
  const offscreen = canvas.transferControlToOffscreen();
  send({ type: 'open', canvas: offscreen, wish }, [offscreen]);
  return {
    setOperator: (operator) => send({ type: 'operator', operator }),
    draw: (draw) => send({ type: 'draw', draw }),
    picture: (draw) =>
      new Promise((resolve) => {
        const request = requests++;
        pictures.set(request, resolve);
        send({ type: 'picture', request, draw });
      }),
    loseDevice: () => send({ type: 'lose-device' }),
    close: () => worker.terminate(),
  };
}
