import type { JSX, ReactNode, RefObject } from 'react';
import styles from './figures.module.css';
import { SaveButtons } from './save-buttons.tsx';

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

/** A figure with its title, the buttons that save it, remarks and an explanation. */
export function FigureFrame(props: Props): JSX.Element {
  const { title, file, svg, table, remarks, about, children } = props;
  return (
    <section aria-label={title} className={styles.figurePart}>
      <div className={styles.bar}>
        <h2>{title}</h2>
        <SaveButtons file={file} svg={svg} table={table} />
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
