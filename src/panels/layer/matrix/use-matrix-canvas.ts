import { useEffect, useRef, useState, type RefObject } from 'react';
import type { ConvOperator } from '../../../math/operator.ts';
import type {
  MatrixDraw,
  MatrixMargins,
  MatrixRenderer,
  RendererWish,
} from '../../../model/layer/matrix-view.ts';
import { openMatrix, type MatrixClient } from '../../../state/layer/matrix-client.ts';

/** What is known of the picture on screen. */
export interface PictureStatus {
  readonly renderer: MatrixRenderer | null;
  readonly note: string | null;
  readonly failure: string | null;
  readonly largest: number;
  readonly margins: MatrixMargins | null;
  readonly exact: boolean;
  readonly milliseconds: number | null;
}

const NOTHING: PictureStatus = {
  renderer: null,
  note: null,
  failure: null,
  largest: 0,
  margins: null,
  exact: false,
  milliseconds: null,
};

/** A request without its number. */
export type Wanted = Omit<MatrixDraw, 'frame'>;

/** The picture of M in a host element: a canvas that a worker draws on. */
export interface MatrixCanvas {
  readonly status: PictureStatus;
  readonly picture: () => Promise<Blob>;
}

/** Moves the old picture to where its entries now belong, until the new one is there. */
function align(canvas: HTMLCanvasElement, drawn: Wanted, wanted: Wanted, ratio: number): void {
  const [a, b] = [drawn.viewport, wanted.viewport];
  const x = ((a.column - b.column) * b.scale.column) / ratio;
  const y = ((a.row - b.row) * b.scale.row) / ratio;
  const [sx, sy] = [b.scale.column / a.scale.column, b.scale.row / a.scale.row];
  canvas.style.width = `${drawn.width / ratio}px`;
  canvas.style.height = `${drawn.height / ratio}px`;
  canvas.style.transform = `translate(${x}px, ${y}px) scale(${sx}, ${sy})`;
}

function appendCanvas(parent: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  parent.append(canvas);
  return canvas;
}

/** Opens the canvas and its worker, keeps them in step with the operator and the wanted picture. */
export function useMatrixCanvas(
  host: RefObject<HTMLElement | null>,
  operator: ConvOperator,
  { wanted, ratio, wish }: { wanted: Wanted | null; ratio: number; wish: RendererWish },
): MatrixCanvas {
  const [status, setStatus] = useState(NOTHING);
  const client = useRef<MatrixClient | null>(null);
  const element = useRef<HTMLCanvasElement | null>(null);
  const frames = useRef({ next: 1, asked: new Map<number, Wanted>(), ratio });
  const now = useRef<Wanted | null>(null);
  const shown = useRef<Wanted | null>(null);

  useEffect(() => {
    const parent = host.current;
    if (parent === null) return;
    const canvas = appendCanvas(parent);
    element.current = canvas;
    const change = (part: Partial<PictureStatus>): void =>
      setStatus((old) => ({ ...old, ...part }));
    client.current = openMatrix(
      canvas,
      {
        onRenderer: ({ renderer, note }) => change({ renderer, note }),
        onLoaded: ({ largest }) => change({ largest, failure: null }),
        onMargins: ({ margins }) => change({ margins }),
        onFailure: (failure) => change({ failure }),
        onDrawn: ({ frame, exact, milliseconds }) => {
          const { asked } = frames.current;
          const drawn = asked.get(frame);
          for (const old of asked.keys()) if (old < frame) asked.delete(old);
          if (drawn && now.current) align(canvas, drawn, now.current, frames.current.ratio);
          canvas.dataset['frame'] = String(frame);
          canvas.dataset['exact'] = String(exact);
          shown.current = drawn ?? null;
          change({ exact, milliseconds });
        },
      },
      wish,
    );
    return () => {
      client.current?.close();
      client.current = null;
      canvas.remove();
    };
  }, [host, wish]);
  useEffect(() => client.current?.setOperator(operator), [operator, host, wish]);

  useEffect(() => {
    if (wanted === null) return;
    now.current = wanted;
    frames.current.ratio = ratio;
    const frame = frames.current.next++;
    frames.current.asked.set(frame, wanted);
    if (shown.current && element.current) align(element.current, shown.current, wanted, ratio);
    client.current?.draw({ ...wanted, frame });
  }, [wanted, ratio, operator, host, wish]);

  const picture = async (): Promise<Blob> => {
    if (client.current === null || now.current === null) throw new Error('no picture yet');
    return client.current.picture({ ...now.current, frame: 0 });
  };
  return { status, picture };
}
