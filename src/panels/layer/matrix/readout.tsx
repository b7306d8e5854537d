import type { JSX } from 'react';
import { matrixEntry, matrixView, type Entry, type Pixel } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import { formatFull } from '../../../ui/format.ts';
import styles from './matrix-view.module.css';
import { MATRIX_TEXT } from './messages.ts';
import type { Place } from './use-gestures.ts';

const pixelText = ({ channel, y, x }: Pixel): string => MATRIX_TEXT.pixel(channel, y, x);

function Numbers({ entry }: { readonly entry: Entry }): JSX.Element {
  const { row, column, tap } = entry;
  const parts = [
    [MATRIX_TEXT.row, pixelText(entry.output)],
    [MATRIX_TEXT.column, pixelText(entry.input)],
    [MATRIX_TEXT.tap, tap === null ? MATRIX_TEXT.noTap : `(${tap.join(', ')})`],
    [MATRIX_TEXT.value, formatFull(entry.value)],
  ] as const;
  return (
    <dl className={styles.readout}>
      <div>
        <dt className="visually-hidden">entry</dt>
        <dd>{MATRIX_TEXT.position(row, column)}</dd>
      </div>
      {parts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a screen reader hears of an entry. */
export function spokenEntry(operator: ConvOperator, place: Place): string {
  const entry = matrixEntry(matrixView(operator), place.row, place.column);
  const tap = entry.tap === null ? MATRIX_TEXT.noTapSpoken : MATRIX_TEXT.tapSpoken(...entry.tap);
  const position = MATRIX_TEXT.position(place.row, place.column);
  return MATRIX_TEXT.spoken(position, formatFull(entry.value), tap);
}

/** The entry that is looked at, in words and numbers. */
export function Readout({
  operator,
  place,
}: {
  readonly operator: ConvOperator;
  readonly place: Place | null;
}): JSX.Element {
  if (place === null) return <p className={styles.readout}>{MATRIX_TEXT.readoutEmpty}</p>;
  return <Numbers entry={matrixEntry(matrixView(operator), place.row, place.column)} />;
}
