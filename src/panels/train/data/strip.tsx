import { useEffect, useRef, type JSX } from 'react';
import type { ImageSample } from '../../../model/data/jobs.ts';
import styles from './data.module.css';
import { DATA_TEXT as MESSAGES } from './messages.ts';

/** Images in a row of the strip. */
const ACROSS = 5;

/** RGBA bytes of one image of a sample. */
function pixelsOf({ images, height, width, channels }: ImageSample, at: number): ImageData {
  const data = new ImageData(width, height);
  const start = at * width * height * channels;
  for (let k = 0; k < width * height; k++) {
    for (let c = 0; c < 3; c++) {
      data.data[4 * k + c] = images[start + k * channels + (channels === 1 ? 0 : c)]!;
    }
    data.data[4 * k + 3] = 255;
  }
  return data;
}

function draw(canvas: HTMLCanvasElement, sample: ImageSample): void {
  const { labels, height, width } = sample;
  canvas.width = ACROSS * width;
  canvas.height = Math.ceil(labels.length / ACROSS) * height;
  const context = canvas.getContext('2d');
  labels.forEach((_, at) => {
    const [x, y] = [(at % ACROSS) * width, Math.floor(at / ACROSS) * height];
    context?.putImageData(pixelsOf(sample, at), x, y);
  });
}

interface Props {
  readonly sample: ImageSample | null;
  readonly name: string;
}

/** An image of each class, so that a visitor sees what will be learned. */
export function Strip({ sample, name }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && sample !== null) draw(canvas.current, sample);
  }, [sample]);
  const classes = sample?.labels.join(', ') ?? '';
  return (
    <div className={styles.strip}>
      {sample !== null && (
        <>
          <canvas ref={canvas} role="img" aria-label={MESSAGES.sample(name, classes)} />
          <p className={styles.small}>{classes}</p>
        </>
      )}
    </div>
  );
}
