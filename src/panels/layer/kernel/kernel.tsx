import { memo, useMemo, useRef, useState, type JSX } from 'react';
import { CellMap } from '../../../charts/cell-map.tsx';
import type { Pair } from '../../../math/geometry.ts';
import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import { weightIndex, type ConvOperator } from '../../../math/operator.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type { LayerReport } from '../../../model/jobs.ts';
import { FIRST_VIEW } from '../../../model/layer/layer-view.ts';
import { Button } from '../../../ui/button.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { useTheme } from '../../../ui/use-theme.ts';
import { litBy } from '../lit.ts';
import { TEXT } from '../messages.ts';
import { SaveLayerFigure } from '../share/save-figure.tsx';
import { useFocus, useLayer, useStagedReport } from '../use-layer.ts';
import { flatIndex, kernelGrid, typedWeight, type ChannelPair } from './kernel-grid.ts';
import styles from './kernel.module.css';

const MESSAGES = TEXT.kernel;

type Tap = readonly [number, number];

/** The weight that a focus is about, or null. */
function weightOf(op: ConvOperator, focus: Focus | null): (ChannelPair & { tap: Tap }) | null {
  if (focus?.kind === 'weight') return { i: focus.i, j: focus.j, tap: [focus.k, focus.t] };
  if (focus?.kind !== 'entry') return null;
  const { weight } = matrixEntry(matrixView(op), focus.row, focus.column);
  if (weight < 0) return null;
  const [i, j, k, t] = weightIndex(op.geometry, weight);
  return { i, j, tap: [k, t] };
}

const within = (value: number, count: number): number => Math.min(Math.max(0, value), count - 1);

interface Selection {
  readonly pair: ChannelPair;
  readonly tap: Tap;
  /** The pin that it followed last. */
  readonly followed: Focus | null;
  /** The channels that the view asked for last. */
  readonly asked: Pair;
}

/** What is chosen here; it follows what is pinned anywhere else. */
function useSelection({
  operator: op,
}: LayerReport): [Selection, (change: Partial<Selection>) => void] {
  const pinned = useLayer((state) => state.pinned);
  // A newer layer's pin is followed when that layer is here.
  const current = useLayer((state) => state.report?.operator === op);
  const [chosen, setChosen] = useState<Selection>({
    pair: { i: 0, j: 0 },
    tap: [0, 0],
    followed: null,
    asked: FIRST_VIEW.pair,
  });
  let selection = chosen;
  const asked = useLayer((state) => state.view.pair);
  const setView = useLayer((state) => state.setView);
  if (current && asked !== chosen.asked) {
    selection = { ...chosen, pair: { i: asked[0], j: asked[1] }, asked };
    setChosen(selection);
  }
  if (current && pinned !== chosen.followed) {
    const weight = weightOf(op, pinned);
    selection = {
      ...selection,
      pair: weight ? { i: weight.i, j: weight.j } : selection.pair,
      tap: weight ? weight.tap : selection.tap,
      followed: pinned,
    };
    setChosen(selection);
  }
  const g = op.geometry;
  // Another layer may have fewer channels or taps than the one that was chosen in.
  const fitting: Selection = {
    ...selection,
    pair: { i: within(selection.pair.i, g.dOut), j: within(selection.pair.j, g.inPerGroup) },
    tap: [within(selection.tap[0], g.kernel[0]), within(selection.tap[1], g.kernel[1])],
  };
  const select = (change: Partial<Selection>): void => {
    setChosen({ ...fitting, ...change });
    if (change.pair !== undefined) setView({ pair: [change.pair.i, change.pair.j] });
  };
  return [fitting, select];
}

interface EditorProps {
  readonly op: ConvOperator;
  readonly selection: Selection;
  readonly select: (change: Partial<Selection>) => void;
}

function PairFields({ op, selection: { pair }, select }: EditorProps): JSX.Element {
  const g = op.geometry;
  return (
    <div className={styles.fields}>
      <NumberField
        label={`${MESSAGES.i} (0–${g.dOut - 1})`}
        value={pair.i}
        min={0}
        max={g.dOut - 1}
        onChange={(i) => select({ pair: { ...pair, i: within(i, g.dOut) } })}
      />
      <NumberField
        label={`${MESSAGES.j} (0–${g.inPerGroup - 1})`}
        value={pair.j}
        min={0}
        max={g.inPerGroup - 1}
        onChange={(j) => select({ pair: { ...pair, j: within(j, g.inPerGroup) } })}
      />
    </div>
  );
}

function WeightField({ op, selection: { pair, tap } }: EditorProps): JSX.Element {
  const editWeight = useLayer((state) => state.editWeight);
  const undoEdit = useLayer((state) => state.undoEdit);
  const undoEdits = useLayer((state) => state.undoEdits);
  const edits = useLayer((state) => state.edits?.steps.length ?? 0);
  const index = flatIndex(op, pair, tap);
  // What was just typed, though the picture may be a few frames behind: a field must not fall back.
  const weights = useLayer(({ spec: { source } }) =>
    source.kind === 'values' && source.values.length === op.kernel.length
      ? source.values
      : op.kernel,
  );
  return (
    <div className={styles.fields}>
      <NumberField
        label={`K[${pair.i}, ${pair.j}, ${tap[0]}, ${tap[1]}]`}
        value={typedWeight(weights, index)}
        step={0.1}
        onChange={(value) => editWeight(index, value)}
      />
      <div className={styles.undos}>
        <Button disabled={edits === 0} onClick={undoEdit} className={styles.undo}>
          {MESSAGES.undo}
        </Button>
        <Button disabled={edits === 0} onClick={undoEdits} className={styles.undo}>
          {MESSAGES.undoAll}
        </Button>
      </div>
    </div>
  );
}

interface Props {
  readonly report: LayerReport;
}

const Editor = memo(function Editor({ report }: Props): JSX.Element {
  const { operator: op, largest } = report;
  const svg = useRef<SVGSVGElement>(null);
  const theme = useTheme();
  const focus = useFocus(report);
  const setFocus = useLayer((state) => state.setFocus);
  const setPinned = useLayer((state) => state.setPinned);
  const [selection, select] = useSelection(report);
  const { i, j } = selection.pair;
  const { grid, windows } = useMemo(
    () => kernelGrid(op, { i, j }, { largest, theme }),
    [op, i, j, largest, theme],
  );
  const lit = litBy(op, focus);
  const tapOf = (row: number, column: number): Tap => [
    windows[0].positions[row]!,
    windows[1].positions[column]!,
  ];
  const taps = grid.cells.map((_, at) => tapOf(Math.floor(at / grid.columns), at % grid.columns));
  const weight = ([k, t]: Tap): Focus => ({ kind: 'weight', i, j, k, t });
  return (
    <>
      <PairFields op={op} selection={selection} select={select} />
      <CellMap
        label={MESSAGES.label}
        svgRef={svg}
        grid={grid}
        lit={taps.map(([k, t]) => lit.tap(i, j, k, t))}
        marked={taps.map(([k, t]) => k === selection.tap[0] && t === selection.tap[1])}
        onPoint={(row, column) => setFocus(weight(tapOf(row, column)))}
        onLeave={() => setFocus(null)}
        onPick={(row, column) => {
          select({ tap: tapOf(row, column) });
          setPinned(weight(tapOf(row, column)));
        }}
        describe={(row, column) => {
          const [k, t] = tapOf(row, column);
          return `K[${i}, ${j}, ${k}, ${t}] = ${op.kernel[flatIndex(op, { i, j }, [k, t])]!}`;
        }}
      />
      <WeightField op={op} selection={selection} select={select} />
      <SaveLayerFigure
        name="kernel"
        svg={svg}
        rows={() => [
          ['i', 'j', 'k', 't', 'K'],
          ...Array.from(op.kernel, (value, at) => [...weightIndex(op.geometry, at), value]),
        ]}
      />
    </>
  );
});

/** The kernel of one channel pair: seen, pointed at, edited. */
export function KernelSection(): JSX.Element {
  const report = useStagedReport('kernel');
  return (
    <section
      aria-labelledby="kernel-title"
      className={styles.kernel}
      data-waiting={report === null}
    >
      <h2 id="kernel-title">{MESSAGES.title}</h2>
      {report && <Editor report={report} />}
    </section>
  );
}
