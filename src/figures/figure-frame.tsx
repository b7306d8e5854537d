import { useState, type JSX, type ReactNode, type RefObject } from 'react';
import { csvText, pngBlob, svgText } from '../charts/export.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import styles from './figures.module.css';
import { FIGURE_TEXT } from './messages.ts';

interface Props {
  readonly title: string;
  /** Name of the saved files, without ending. */
  readonly file: string;
  readonly svg: RefObject<SVGSVGElement | null>;
  /** The figure's numbers, header first. */
  readonly table: () => readonly (readonly (string | number)[])[];
  /** Sentences about what is missing. */
  readonly remarks: readonly string[];
  readonly about: string;
  readonly children: ReactNode;
}

interface SaveProps extends Pick<Props, 'file' | 'svg' | 'table'> {
  /** Told why a PNG could not be made; null before each try. */
  readonly onFailure: (why: string | null) => void;
}

function SaveButtons({ file, svg, table, onFailure }: SaveProps): JSX.Element {
  const saveSvg = (): void => {
    if (svg.current !== null) saveFile(`${file}.svg`, svgText(svg.current), 'image/svg+xml');
  };
  const savePng = async (): Promise<void> => {
    onFailure(null);
    try {
      if (svg.current !== null) saveFile(`${file}.png`, await pngBlob(svg.current));
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={styles.buttons}>
      <Button onClick={saveSvg}>{FIGURE_TEXT.svg}</Button>
      <Button onClick={() => void savePng()}>{FIGURE_TEXT.png}</Button>
      <Button onClick={() => saveFile(`${file}.csv`, csvText(table()), 'text/csv')}>
        {FIGURE_TEXT.csv}
      </Button>
    </div>
  );
}

/** A figure with its title, the buttons that save it, and what has to be said about it. */
export function FigureFrame(props: Props): JSX.Element {
  const { title, file, svg, table, about, children } = props;
  const [failure, setFailure] = useState<string | null>(null);
  const remarks = [...props.remarks, ...(failure === null ? [] : [FIGURE_TEXT.noPng(failure)])];
  return (
    <section aria-label={title} className={styles.figurePart}>
      <div className={styles.bar}>
        <h2>{title}</h2>
        <SaveButtons file={file} svg={svg} table={table} onFailure={setFailure} />
      </div>
      {children}
      <div role="status">
        {remarks.map((remark) => (
          <p key={remark} className={styles.remark}>
            {remark}
          </p>
        ))}
      </div>
      <p className={styles.small}>{about}</p>
    </section>
  );
}
