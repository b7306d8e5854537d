import { memo, type JSX } from 'react';
import type { ConvOperator } from '../../../math/operator.ts';
import { tapSets } from '../../../math/exact-norms.ts';
import {
  CATEGORICAL_COLORS,
  categoricalColor,
  cssColor,
  divergingColor,
  type Theme,
} from '../../../math/palette.ts';
import type { MatrixColorMode } from '../../../model/layer/matrix-view.ts';
import { formatNumber } from '../../../ui/format.ts';
import styles from './matrix-view.module.css';
import { MATRIX_TEXT } from './messages.ts';

interface Props {
  readonly operator: ConvOperator;
  readonly mode: MatrixColorMode;
  readonly theme: Theme;
  readonly largest: number;
}

const STEPS = 32;

function ValueScale({ theme, largest }: Pick<Props, 'theme' | 'largest'>): JSX.Element {
  const steps = Array.from({ length: 2 * STEPS + 1 }, (_, n) => (n - STEPS) / STEPS);
  return (
    <div className={styles.scale}>
      <span>{formatNumber(-largest)}</span>
      <svg viewBox={`0 0 ${steps.length} 1`} preserveAspectRatio="none" aria-hidden="true">
        {steps.map((t, n) => (
          <rect key={t} x={n} width={1.05} height={1} fill={cssColor(divergingColor(t, theme))} />
        ))}
      </svg>
      <span>{formatNumber(largest)}</span>
    </div>
  );
}

/** Kinds that a colour mode tells apart, in the order of their colours. */
function kindsOf({ operator, mode }: Pick<Props, 'operator' | 'mode'>): string[] {
  const g = operator.geometry;
  if (mode === 'tap') {
    const [k1, k2] = g.kernel;
    const shown = Math.min(k1 * k2, CATEGORICAL_COLORS);
    return Array.from({ length: shown }, (_, tap) => `${Math.floor(tap / k2)}, ${tap % k2}`);
  }
  const side = operator.transposed ? 'rows' : 'columns';
  const [a, b] = tapSets(g).map((axis) => axis[side].sets);
  const names: string[] = [];
  for (const vertical of a ?? []) {
    for (const horizontal of b ?? []) {
      names.push(`{${vertical.join(', ')}} × {${horizontal.join(', ')}}`);
      if (names.length === CATEGORICAL_COLORS) return names;
    }
  }
  return names;
}

function kindCount({ operator, mode }: Pick<Props, 'operator' | 'mode'>): number {
  const g = operator.geometry;
  if (mode === 'tap') return g.kernel[0] * g.kernel[1];
  const side = operator.transposed ? 'rows' : 'columns';
  return tapSets(g).reduce((count, axis) => count * axis[side].sets.length, 1);
}

function Kinds({ operator, mode, theme }: Omit<Props, 'largest'>): JSX.Element {
  const more = kindCount({ operator, mode }) - CATEGORICAL_COLORS;
  return (
    <ul className={styles.kinds}>
      {kindsOf({ operator, mode }).map((name, index) => (
        <li key={name}>
          <span
            className={styles.swatch}
            style={{ background: cssColor(categoricalColor(index, theme)) }}
          />
          {name}
        </li>
      ))}
      {more > 0 && <li>{MATRIX_TEXT.others(more)}</li>}
    </ul>
  );
}

/** What the colours of the picture mean, and what a pixel shows of its block. */
export const Legend = memo(function Legend({ operator, mode, theme, largest }: Props): JSX.Element {
  return (
    <div className={styles.legend}>
      {mode === 'value' ? (
        <ValueScale theme={theme} largest={largest} />
      ) : (
        <Kinds operator={operator} mode={mode} theme={theme} />
      )}
      <p>{MATRIX_TEXT.blockRule[mode]}</p>
    </div>
  );
});
