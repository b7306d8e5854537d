import type { JSX } from 'react';
import type { MatrixColorMode } from '../../../model/layer/matrix-view.ts';
import { Button } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import styles from './matrix-view.module.css';
import { MATRIX_TEXT } from './messages.ts';

interface Props {
  readonly mode: MatrixColorMode;
  readonly square: boolean;
  readonly zoom: number;
  readonly onMode: (mode: MatrixColorMode) => void;
  readonly onSquare: (square: boolean) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly onSave: (kind: 'png' | 'svg' | 'csv') => void;
}

const MODES = (['value', 'tap', 'tap-set'] as const).map((value) => ({
  value,
  label: MATRIX_TEXT.modes[value],
}));
const STEP = 2;

/** Zoom, shape of the entries, colours, files. */
export function Toolbar(props: Props): JSX.Element {
  const { mode, square, zoom, onMode, onSquare, onZoom, onFit, onSave } = props;
  return (
    <div className={styles.toolbar}>
      <div className={styles.group}>
        <Button onClick={() => onZoom(1 / STEP)} disabled={zoom <= 0}>
          {MATRIX_TEXT.zoomOut}
        </Button>
        <Button onClick={() => onZoom(STEP)} disabled={zoom >= 1}>
          {MATRIX_TEXT.zoomIn}
        </Button>
        <Button onClick={onFit} disabled={zoom <= 0}>
          {MATRIX_TEXT.fit}
        </Button>
        <Button
          aria-pressed={square}
          title={MATRIX_TEXT.squareHelp}
          onClick={() => onSquare(!square)}
        >
          {MATRIX_TEXT.square}
        </Button>
      </div>
      <Select label={MATRIX_TEXT.colorBy} value={mode} options={MODES} onChange={onMode} />
      <div className={styles.group} role="group" aria-label={MATRIX_TEXT.save}>
        {(['png', 'svg', 'csv'] as const).map((kind) => (
          <Button key={kind} onClick={() => onSave(kind)}>
            {MATRIX_TEXT[kind]}
          </Button>
        ))}
      </div>
    </div>
  );
}
