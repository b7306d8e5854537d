import { useLayoutEffect, useRef, type JSX } from 'react';
import type { ImageShape } from './pixels.ts';
import styles from './image.module.css';

interface Props {
  /** RGBA bytes; null while unknown, with the space reserved. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer> | null;
  readonly shape: ImageShape;
  /** Text alternative; omitted when adjacent text says the same. */
  readonly label?: string;
}

/** An image pixel by pixel, with crisp edges at any size. */
export function PixelCanvas({ pixels, shape: [height, width], label }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (pixels === null) context?.clearRect(0, 0, width, height);
    else context?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  const seen = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return <canvas ref={canvas} width={width} height={height} className={styles.pixels} {...seen} />;
}
