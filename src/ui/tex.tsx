import { useEffect, useRef, useState, type JSX } from 'react';
import styles from './tex.module.css';

type Render = (source: string, element: HTMLElement) => void;

let ready: Render | null = null;
let loading: Promise<Render> | null = null;

async function load(): Promise<Render> {
  const [{ default: katex }] = await Promise.all([
    import('katex'),
    import('katex/dist/katex.min.css'),
  ]);
  ready = (source, element) => katex.render(source, element, { throwOnError: false });
  return ready;
}

/** Waits for the first paint and a quiet moment: the typesetter is not part of the first load. */
function whenQuiet(start: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(start, { timeout: 2000 });
  else setTimeout(start, 300);
}

function typesetter(): Promise<Render> {
  loading ??= new Promise((resolve) => whenQuiet(() => void load().then(resolve)));
  return loading;
}

interface Props {
  readonly tex: string;
  /** What is read until the typesetter has arrived (and if it never does). */
  readonly plain: string;
}

/** A formula in real typesetting; plain text until the typesetter has been loaded. */
export function Tex({ tex, plain }: Props): JSX.Element {
  const element = useRef<HTMLSpanElement>(null);
  const [render, setRender] = useState<{ readonly with: Render } | null>(
    () => ready && { with: ready },
  );
  useEffect(() => {
    let wanted = true;
    if (render === null) void typesetter().then((found) => wanted && setRender({ with: found }));
    return () => {
      wanted = false;
    };
  }, [render]);
  useEffect(() => {
    if (render && element.current) render.with(tex, element.current);
  }, [render, tex]);
  // The key keeps React's text and the typesetter's nodes in elements of their own.
  return render === null ? (
    <span key="plain" className={styles.plain}>
      {plain}
    </span>
  ) : (
    <span key="set" ref={element} className={styles.set} />
  );
}
