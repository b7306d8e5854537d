import { memo, useMemo, useRef, type JSX } from 'react';
import { CellMap } from '../../../charts/cell-map.tsx';
import type { Pair } from '../../../math/geometry.ts';
import type { LayerReport } from '../../../model/jobs.ts';
import { formatCount } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { litBy } from '../lit.ts';
import { TEXT } from '../messages.ts';
import { SaveLayerFigure } from '../share/save-figure.tsx';
import { useFocus, useLayer, useStagedReport } from '../use-layer.ts';
import { AssumptionNote } from './assumption-note.tsx';
import { inputGrid, setColor, setsOfTap, tapGrid, type InputGrid } from './lemma-grids.ts';
import styles from './lemma.module.css';
import { tapSetName } from './names.ts';
import { columnSets, setAt, type ColumnSets, type ProductSet } from './product-sets.ts';
import { StrideSlider } from './stride-slider.tsx';

const MESSAGES = TEXT.lemma;

interface PartProps {
  readonly report: LayerReport;
  readonly sets: ColumnSets;
}

/** Each tap with the maximal sets that hold it, as CSV. */
function tapRows(sets: ColumnSets, [rows, columns]: Pair): (string | number)[][] {
  const taps = Array.from({ length: rows * columns }, (_, at) => {
    const [k, t] = [Math.floor(at / columns), at % columns];
    const names = setsOfTap(sets, k, t).map((set) => `${set.letter}: ${tapSetName(set.taps)}`);
    return [k, t, names.join(' ')];
  });
  return [['k', 't', 'maximal sets'], ...taps];
}

function KernelSets({ report, sets }: PartProps): JSX.Element {
  const svg = useRef<SVGSVGElement>(null);
  const theme = useTheme();
  const focus = useFocus(report);
  const setFocus = useLayer((state) => state.setFocus);
  const setPinned = useLayer((state) => state.setPinned);
  const { kernel } = report.operator.geometry;
  const grid = useMemo(() => tapGrid(sets, kernel, theme), [sets, kernel, theme]);
  const lit = litBy(report.operator, focus);
  // A tap lights when any channel pair's weight there does; the first pair stands for all.
  const { channel } = report.norms.l1;
  const on = grid.cells.map((_, at) => {
    const [k, t] = [Math.floor(at / grid.columns), at % grid.columns];
    return lit.tap(0, 0, k, t) || litTapOf(focus, lit, { channel, k, t });
  });
  const weightAt = (k: number, t: number) => ({ kind: 'weight', i: 0, j: 0, k, t }) as const;
  return (
    <>
      <CellMap
        label={MESSAGES.kernelLabel}
        svgRef={svg}
        grid={grid}
        lit={on}
        onPoint={(k, t) => setFocus(weightAt(k, t))}
        onLeave={() => setFocus(null)}
        onPick={(k, t) => setPinned(weightAt(k, t))}
        describe={(k, t) => `${MESSAGES.tap} (${k}, ${t})`}
      />
      <SaveLayerFigure name="lemma1-kernel" svg={svg} rows={() => tapRows(sets, kernel)} />
    </>
  );
}

type Lit = ReturnType<typeof litBy>;

/** Whether a tap lights for the focus' own channels: those of an entry, a weight or a pixel. */
function litTapOf(
  focus: Parameters<typeof litBy>[1],
  lit: Lit,
  { channel, k, t }: { channel: number; k: number; t: number },
): boolean {
  if (focus === null) return false;
  if (focus.kind === 'weight') return focus.k === k && focus.t === t;
  if (focus.kind === 'entry') return lit.tap(0, 0, k, t);
  const own = focus.channel;
  return lit.tap(own, 0, k, t) || lit.tap(0, own, k, t) || lit.tap(0, channel, k, t);
}

function describeSet(set: ProductSet): string {
  return `${MESSAGES.set} ${set.letter}: ${tapSetName(set.taps)}`;
}

function InputSets({ report, sets, picture }: PartProps & { picture: InputGrid }): JSX.Element {
  const svg = useRef<SVGSVGElement>(null);
  const focus = useFocus(report);
  const setFocus = useLayer((state) => state.setFocus);
  const setPinned = useLayer((state) => state.setPinned);
  const { grid, windows } = picture;
  const { channel: best, position } = report.norms.l1;
  // The map shows the channel that is looked at, else the one that attains the norm.
  const channel = focus?.kind === 'input' ? focus.channel : best;
  const lit = litBy(report.operator, focus);
  const pixel = (row: number, column: number) =>
    ({
      kind: 'input',
      channel,
      y: windows[0].positions[row]!,
      x: windows[1].positions[column]!,
    }) as const;
  const cells = grid.cells.map((_, at) => pixel(Math.floor(at / grid.columns), at % grid.columns));
  const rows = (): (string | number)[][] => [
    ['y', 'x', 'vertical taps', 'horizontal taps'],
    ...Array.from({ length: sets.input[0] * sets.input[1] }, (_, at) => {
      const [y, x] = [Math.floor(at / sets.input[1]), at % sets.input[1]];
      const { taps } = setAt(sets, y, x);
      return [y, x, taps[0].join(' '), taps[1].join(' ')];
    }),
  ];
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>{`${MESSAGES.input} ${channel}`}</figcaption>
      <CellMap
        label={MESSAGES.inputLabel}
        svgRef={svg}
        grid={grid}
        lit={cells.map((cell) => lit.input(cell))}
        marked={cells.map(
          (cell) => channel === best && cell.y === position[0] && cell.x === position[1],
        )}
        onPoint={(row, column) => setFocus(pixel(row, column))}
        onLeave={() => setFocus(null)}
        onPick={(row, column) => setPinned(pixel(row, column))}
        describe={(row, column) => {
          const { y, x } = pixel(row, column);
          return `${MESSAGES.pixel} (${y}, ${x}), ${describeSet(setAt(sets, y, x))}`;
        }}
      />
      <SaveLayerFigure name="lemma1-input" svg={svg} rows={rows} />
    </figure>
  );
}

/** More sets than this are counted, not listed. */
const MOST_LISTED = 24;

function LegendRow({ set }: { readonly set: ProductSet }): JSX.Element {
  const theme = useTheme();
  const { fill, ink } = setColor(set, theme);
  return (
    <tr data-maximal={set.maximal} title={set.maximal ? undefined : MESSAGES.inside}>
      <th scope="row">
        <span className={styles.swatch} style={{ background: fill, color: ink }}>
          {set.letter}
        </span>
      </th>
      <td>{tapSetName(set.taps)}</td>
      <td>{formatCount(set.count)}</td>
    </tr>
  );
}

function Legend({ sets }: { readonly sets: ColumnSets }): JSX.Element {
  const listed = sets.sets.slice(0, MOST_LISTED);
  const rest = sets.sets.length - listed.length;
  return (
    // The list scrolls when there are many sets, so it has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.list} role="region" aria-label={MESSAGES.legend} tabIndex={0}>
      <table className={styles.legend}>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {MESSAGES.legendSet}
            </th>
            <th scope="col">{MESSAGES.pixels}</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((set) => (
            <LegendRow key={set.kind} set={set} />
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className={styles.count}>{`${MESSAGES.more} ${formatCount(rest)}`}</p>}
    </div>
  );
}

interface Props {
  readonly report: LayerReport;
}

const LemmaBody = memo(function LemmaBody({ report }: Props): JSX.Element {
  const theme = useTheme();
  const sets = useMemo(() => columnSets(report.operator), [report.operator]);
  const picture = useMemo(() => inputGrid(sets, theme), [sets, theme]);
  return (
    <div className={styles.body}>
      <figure className={styles.figure}>
        <figcaption className={styles.caption}>{MESSAGES.kernel}</figcaption>
        <KernelSets report={report} sets={sets} />
        <StrideSlider />
      </figure>
      <InputSets report={report} sets={sets} picture={picture} />
      <Legend sets={sets} />
      <AssumptionNote report={report} />
    </div>
  );
});

/** Lemma 1: the tap sets on the kernel and on the input, and whether Assumption 1 holds. */
export function Lemma(): JSX.Element {
  const report = useStagedReport('lemma');
  return (
    <section aria-labelledby="lemma-title" className={styles.lemma} data-waiting={report === null}>
      <h2 id="lemma-title">{MESSAGES.title}</h2>
      {report && <LemmaBody report={report} />}
    </section>
  );
}
