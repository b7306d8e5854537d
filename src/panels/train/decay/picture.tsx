import { useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { CellMap } from '../../../charts/cell-map.tsx';
import { SaveButtons } from '../../../figures/save-buttons.tsx';
import { Button } from '../../../ui/button.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { useStaged } from '../../../ui/use-staged.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { TEXT as TRAIN_TEXT } from '../messages.ts';
import trainStyles from '../train.module.css';
import styles from './decay.module.css';
import { kernelTable, readingOf } from './kernel-labels.ts';
import {
  indicesOf,
  kernelGrid,
  placeOfCell,
  showsPart,
  viewOf,
  type KernelView,
} from './kernel-view.ts';
import type { Look } from './look.ts';
import { borderPath, channelLines, signPaths } from './marks.ts';
import { TEXT } from './messages.ts';
import { OverviewMap } from './overview-map.tsx';
import { indexOf, largestAmong, placeAt, sizesOf, sliceChannels } from './step.ts';

const MESSAGES = TEXT.image;

interface Props {
  readonly look: Look;
  /** The weight whose numbers are shown. */
  readonly at: number;
  readonly onPick: (at: number) => void;
}

interface MapProps extends Props {
  readonly view: KernelView;
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly onPoint: (at: number | null) => void;
}

/** The cells of a view with h on them, the slice that attains the norm, and what the line acts on. */
function Kernel({ look, at, view, svg, onPoint, onPick }: MapProps): JSX.Element {
  const theme = useTheme();
  const { drawn, drawnChosen, markAt, actsOn } = look;
  const { values, layer, largest } = drawn;
  const grid = useMemo(
    () => kernelGrid(view, { values, largest, theme }),
    [view, values, largest, theme],
  );
  const indices = useMemo(() => indicesOf(view), [view]);
  const paths = useMemo(() => {
    const depth = (cell: number): number => Math.abs(values[indices[cell]!]!) / (largest || 1);
    return {
      signs: signPaths(grid, (cell) => ({ value: markAt(indices[cell]!), depth: depth(cell) })),
      slice: borderPath(grid, (cell) => drawnChosen.has(indices[cell]!)),
      acts: borderPath(grid, (cell) => actsOn(indices[cell]!)),
      channels: channelLines(grid, view.sizes.taps),
    };
  }, [grid, indices, values, largest, markAt, drawnChosen, actsOn, view]);
  const indexAt = (row: number, column: number): number =>
    indexOf(view.sizes, placeOfCell(view, row, column));
  return (
    <CellMap
      label={MESSAGES.label(layer.name)}
      grid={grid}
      lit={useMemo(() => Array.from(indices, (one) => one === at), [indices, at])}
      onPoint={(row, column) => onPoint(indexAt(row, column))}
      onLeave={() => onPoint(null)}
      onPick={(row, column) => onPick(indexAt(row, column))}
      describe={(row, column) => readingOf(look, indexAt(row, column))}
      svgRef={svg}
    >
      <g aria-hidden="true" className={styles.over}>
        <path d={paths.channels} className={styles.channels} />
        <path d={paths.acts} className={styles.acts} />
        <path d={paths.slice} className={styles.slice} />
        <path d={paths.signs.onWeak} className={styles.onWeak} />
        <path d={paths.signs.onStrong} className={styles.onStrong} />
      </g>
    </CellMap>
  );
}

function Legend({ look }: { readonly look: Look }): JSX.Element {
  return (
    <ul className={styles.legend}>
      <li>{MESSAGES.scale(formatNumber(look.drawn.largest))}</li>
      <li>{MESSAGES.marks[look.marks]}</li>
      <li>{MESSAGES.outline}</li>
      {look.line > 0 && <li>{MESSAGES.changed}</li>}
    </ul>
  );
}

function formatPart({ sizes, from, count }: KernelView): string {
  const range = (axis: 0 | 1): string => MESSAGES.range(from[axis], from[axis] + count[axis] - 1);
  const [outputs, inputs] = [String(sizes.outputs), String(sizes.inputs)];
  return MESSAGES.part({ i: range(0), j: range(1), outputs, inputs });
}

interface PartProps {
  readonly look: Look;
  readonly view: KernelView;
  readonly onMove: (pair: readonly [number, number]) => void;
}

/** Which channels are on screen, with a button to those of the norm. */
function Part({ look: { drawn, drawnChosen }, view, onMove }: PartProps): JSX.Element {
  const { outputs, inputs } = sliceChannels(drawn.decay, view.sizes);
  const show = (): void => {
    const { i, j } = placeAt(
      view.sizes,
      Math.max(
        0,
        largestAmong(drawnChosen, (at) => drawn.values[at]!),
      ),
    );
    onMove([i, j]);
  };
  return (
    <>
      <p className={styles.small}>{formatPart(view)}</p>
      {!showsPart(view, [outputs, inputs]) && (
        <div>
          <Button onClick={show}>{MESSAGES.toSlice}</Button>
        </div>
      )}
    </>
  );
}

/** A layer's kernel with h drawn on it; of a large one a part, and all of it small beside. */
export function Picture(props: Props): JSX.Element {
  const { look } = props;
  const { layer, decay } = look.drawn;
  const [box, width] = useWidth<HTMLDivElement>(560);
  const [point, setPoint] = useState<number | null>(null);
  const [wished, setWished] = useState<readonly [number, number] | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const sizes = useMemo(() => sizesOf(layer), [layer]);
  const first = placeAt(sizes, look.first);
  const [i, j] = wished ?? [first.i, first.j];
  const view = useMemo(() => viewOf(sizes, Math.max(80, width - 8), [i, j]), [sizes, width, i, j]);
  // All channels come a frame after the part on screen.
  const all = useStaged(
    useMemo(() => (view.whole ? null : { look, view }), [look, view]),
    null,
    1,
  );
  return (
    <section aria-label={MESSAGES.title} className={styles.image}>
      <div className={trainStyles.bar}>
        <p className={styles.axis}>{MESSAGES.axes}</p>
        <SaveButtons
          compact
          file={MESSAGES.file}
          svg={svg}
          table={() => kernelTable(look, indicesOf(view))}
          label={(format) => TRAIN_TEXT.charts.save(format, MESSAGES.title)}
        />
      </div>
      <div ref={box} className={styles.box}>
        <Kernel {...props} view={view} svg={svg} onPoint={setPoint} />
      </div>
      <p className={styles.reading}>{readingOf(look, point ?? props.at)}</p>
      <div className={styles.below}>
        <div className={styles.words}>
          <Legend look={look} />
          {decay.groups > 1 && <p className={styles.small}>{MESSAGES.partGroup(decay.groups)}</p>}
          {!view.whole && <Part look={look} view={view} onMove={setWished} />}
          <p className={styles.small}>{MESSAGES.help}</p>
        </div>
        {all !== null && <OverviewMap {...all} onMove={setWished} />}
      </div>
    </section>
  );
}
