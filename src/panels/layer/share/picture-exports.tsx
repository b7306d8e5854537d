import { useState, type JSX, type RefObject } from 'react';
import { csvText, pngBlob, svgText } from '../../../charts/export.ts';
import { saveFile } from '../../../ui/save-file.ts';
import { TEXT } from '../messages.ts';
import styles from './share.module.css';

const MESSAGES = TEXT.share;

interface Props {
  /** Name of the files, without their ending. */
  readonly name: string;
  readonly svg?: RefObject<SVGSVGElement | null>;
  readonly rows?: () => (string | number)[][];
}

/** Saves a picture as SVG or PNG, and its numbers as CSV. */
export function PictureExports({ name, svg, rows }: Props): JSX.Element {
  const [error, setError] = useState('');
  const save = async (kind: 'svg' | 'png'): Promise<void> => {
    const element = svg?.current;
    if (!element) return;
    setError('');
    try {
      if (kind === 'svg') saveFile(`${name}.svg`, svgText(element), 'image/svg+xml');
      else saveFile(`${name}.png`, await pngBlob(element));
    } catch (error) {
      setError(`${MESSAGES.saveFailed} ${(error as Error).message}`);
    }
  };
  return (
    <div className={styles.exports} role="group" aria-label={`${MESSAGES.save} ${name}`}>
      {svg && (
        <>
          <button type="button" aria-label={`${name}: SVG`} onClick={() => void save('svg')}>
            SVG
          </button>
          <button type="button" aria-label={`${name}: PNG`} onClick={() => void save('png')}>
            PNG
          </button>
        </>
      )}
      {rows && (
        <button
          type="button"
          aria-label={`${name}: CSV`}
          onClick={() => saveFile(`${name}.csv`, csvText(rows()), 'text/csv')}
        >
          CSV
        </button>
      )}
      <span role="status">{error}</span>
    </div>
  );
}
