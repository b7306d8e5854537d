import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobFailure } from '../../../model/jobs.ts';
import type { Verdict } from '../../../model/attack/verdict.ts';
import { attackStore } from '../../../state/attack/store.ts';
import type { ImageShape } from '../image/pixels.ts';

/** Images of one image of an evaluation. */
export interface ImagePixels {
  readonly shape: ImageShape;
  readonly clean: Float32Array;
  readonly adversarial: Float32Array;
}

interface Kept extends ImagePixels {
  /** The verdict when the images were requested. */
  readonly broken: number;
}

/** Maximum bytes of images cached by the page. */
const MOST_BYTES = 32 * 2 ** 20;

const brokenOf = (verdict: Verdict | undefined): number => verdict?.brokenBy?.attack ?? -1;

/** Fetched images, the newest last; the oldest are evicted when the cache is full. */
class Album {
  readonly #kept = new Map<number, Kept>();

  get(row: number, broken: number): ImagePixels | null {
    const found = this.#kept.get(row);
    return found?.broken === broken ? found : null;
  }

  add(row: number, kept: Kept): void {
    this.#kept.delete(row);
    this.#kept.set(row, kept);
    const most = Math.max(64, Math.floor(MOST_BYTES / (8 * kept.clean.length)));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}

/** Images of the rows on screen: requested once, one request at a time. */
export function useImages(id: string, verdicts: readonly Verdict[], rows: readonly number[]) {
  const [album] = useState(() => new Album());
  const [version, setVersion] = useState(0);
  const [failure, setFailure] = useState<JobFailure | null>(null);
  const busy = useRef(false);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  useEffect(() => {
    const missing = rows.filter((row) => album.get(row, brokenOf(verdicts[row])) === null);
    if (busy.current || missing.length === 0 || failure !== null) return;
    busy.current = true;
    void attackStore
      .getState()
      .images(id, missing)
      .then((outcome) => {
        busy.current = false;
        if (!here.current) return;
        if (outcome.ok) {
          const { shape, clean, adversarial } = outcome.value;
          const size = shape[0] * shape[1] * shape[2];
          missing.forEach((row, n) => {
            const part = (all: Float32Array) => all.slice(n * size, (n + 1) * size);
            const broken = brokenOf(verdicts[row]);
            album.add(row, { shape, clean: part(clean), adversarial: part(adversarial), broken });
          });
        } else {
          setFailure(outcome.failure);
        }
        // Requests rows that have appeared meanwhile.
        setVersion((before) => before + 1);
      });
  }, [id, verdicts, rows, album, version, failure]);
  const imagesOf = useCallback(
    (row: number) => album.get(row, brokenOf(verdicts[row])),
    // A new version has new images.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
    [album, verdicts, version],
  );
  return { imagesOf, failure, retry: () => setFailure(null) };
}
