import { useMemo, type JSX } from 'react';
import { CellMap } from '../../../charts/cell-map.tsx';
import type { KernelOverview } from '../../../model/train/run.ts';
import { formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import styles from './decay.module.css';
import { overviewGrid, type KernelView } from './kernel-view.ts';
import type { Look } from './look.ts';
import { borderPath } from './marks.ts';
import { TEXT } from './messages.ts';
import { sliceChannels, type WeightSizes } from './step.ts';

const MESSAGES = TEXT.image;

interface Props {
  readonly look: Look;
  readonly view: KernelView;
  /** Asks for the part around a pair of channels [i, j]. */
  readonly onMove: (pair: readonly [number, number]) => void;
}

/** Whether a cell of the overview meets the channels [from, to) on both axes. */
function meets(
  { columns, bin }: KernelOverview,
  cell: number,
  ranges: readonly [readonly [number, number], readonly [number, number]],
): boolean {
  const place = [Math.floor(cell / columns), cell % columns];
  return ranges.every(([from, to], axis) => {
    const start = place[axis]! * bin[axis]!;
    return start < to && start + bin[axis]! > from;
  });
}

function formatCell({ columns, bin, strongest }: KernelOverview, sizes: WeightSizes) {
  const range = (place: number, axis: 0 | 1, all: number): string =>
    MESSAGES.range(place * bin[axis], Math.min(all, (place + 1) * bin[axis]) - 1);
  return (row: number, column: number): string =>
    MESSAGES.overviewAt(
      range(row, 0, sizes.outputs),
      range(column, 1, sizes.inputs),
      formatNumber(strongest[row * columns + column]!),
    );
}

/** All channels of a kernel, small: where the part on screen lies, and the column or row of the norm. */
export function OverviewMap({ look, view, onMove }: Props): JSX.Element {
  const theme = useTheme();
  const { largest, overview, decay, layer } = look.drawn;
  const { sizes, from, count } = view;
  const { bin } = overview;
  const grid = useMemo(
    () => overviewGrid(overview, { largest, theme }),
    [overview, largest, theme],
  );
  const none = useMemo(() => grid.cells.map(() => false), [grid]);
  const slice = useMemo(() => {
    const { outputs, inputs } = sliceChannels(decay, sizes);
    return borderPath(grid, (cell) => meets(overview, cell, [outputs, inputs]));
  }, [decay, sizes, grid, overview]);
  const frame = borderPath(grid, (cell) =>
    meets(overview, cell, [
      [from[0], from[0] + count[0]],
      [from[1], from[1] + count[1]],
    ]),
  );
  return (
    <section aria-label={MESSAGES.wholeTitle} className={styles.overview}>
      <h3>{MESSAGES.wholeTitle}</h3>
      <CellMap
        label={MESSAGES.overview(layer.name)}
        grid={grid}
        lit={none}
        onPoint={() => undefined}
        onLeave={() => undefined}
        onPick={(row, column) =>
          onMove(
            [(row + 0.5) * bin[0], (column + 0.5) * bin[1]].map(Math.floor) as [number, number],
          )
        }
        describe={formatCell(overview, sizes)}
      >
        <g aria-hidden="true" className={styles.over}>
          <path d={slice} className={styles.slice} />
          <path d={frame} className={styles.frame} />
        </g>
      </CellMap>
      <p className={styles.small}>{MESSAGES.overviewAbout(MESSAGES.bin(bin[0], bin[1]))}</p>
    </section>
  );
}
