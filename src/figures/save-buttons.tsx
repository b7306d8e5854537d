import { useState, type JSX, type RefObject } from 'react';
import { csvText, pngBlob, svgText } from '../charts/export.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import styles from './figures.module.css';
import { FIGURE_TEXT } from './messages.ts';

type Format = 'svg' | 'png' | 'csv';

interface Props {
  /** Name of the saved files, without ending. */
  readonly file: string;
  /** The figure; null until it is drawn. Without it only the table can be saved. */
  readonly svg?: RefObject<SVGSVGElement | null> | undefined;
  /** The figure's numbers, header first. Without it only the figure can be saved. */
  readonly table?: (() => readonly (readonly (string | number)[])[]) | undefined;
  /** Small buttons without a border. */
  readonly compact?: boolean;
  /** Accessible name of the button for a format, where the format alone does not tell it from others. */
  readonly label?: (format: string) => string;
}

/** Buttons that save a figure as SVG or PNG, and its numbers as CSV; says why a file could not be made. */
export function SaveButtons({ file, svg, table, compact = false, label }: Props): JSX.Element {
  const [failure, setFailure] = useState<string | null>(null);
  const formats: readonly Format[] = [
    ...(svg === undefined ? [] : (['svg', 'png'] as const)),
    ...(table === undefined ? [] : (['csv'] as const)),
  ];
  const save = async (format: Format): Promise<void> => {
    const image = svg?.current ?? null;
    if (format === 'csv' && table !== undefined)
      saveFile(`${file}.csv`, csvText(table()), 'text/csv');
    if (format === 'svg' && image !== null)
      saveFile(`${file}.svg`, svgText(image), 'image/svg+xml');
    if (format === 'png' && image !== null) saveFile(`${file}.png`, await pngBlob(image));
  };
  const press = (format: Format): void => {
    setFailure(null);
    save(format).catch((error: unknown) =>
      setFailure(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <div className={styles.buttons} data-compact={compact}>
      {formats.map((format) => (
        <Button
          key={format}
          kind={compact ? 'quiet' : 'plain'}
          aria-label={label?.(FIGURE_TEXT[format])}
          onClick={() => press(format)}
        >
          {FIGURE_TEXT[format]}
        </Button>
      ))}
      {failure !== null && (
        <p role="alert" className={styles.remark}>
          {FIGURE_TEXT.noPng(failure)}
        </p>
      )}
    </div>
  );
}
