import { memo, useEffect, useRef, useState, type JSX } from 'react';
import { CellMap } from '../../../charts/cell-map.tsx';
import type { ConvOperator } from '../../../math/operator.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type { LayerReport } from '../../../model/jobs.ts';
import { Button } from '../../../ui/button.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { useTheme } from '../../../ui/use-theme.ts';
import { TEXT } from '../messages.ts';
import { SaveLayerFigure } from '../share/save-figure.tsx';
import { useLayer, useStagedReport } from '../use-layer.ts';
import { BlockLines } from './block-lines.tsx';
import { outputGrid, paddedGrid, type CroppedGrid } from './slide-grids.ts';
import { linesCsv, stopsCsv, tapsCsv } from './slide-csv.ts';
import styles from './slide.module.css';
import {
  channelsRead,
  lineOf,
  slideStep,
  stepCount,
  type Channels,
  type SlideStep,
} from './slide-model.ts';

const MESSAGES = TEXT.slide;
/** Time between two steps while playing. */
const STEP_MS = 450;

const within = (value: number, from: number, count: number): number =>
  Math.min(Math.max(from, value), from + count - 1);

interface Player {
  readonly step: number;
  readonly playing: boolean;
  readonly go: (step: number) => void;
  readonly setPlaying: (playing: boolean) => void;
}

/** Where the kernel is, and whether it moves by itself; it stops at the end. */
function usePlayer(count: number, wanted: number, onStep: (step: number) => void): Player {
  const [playing, setPlaying] = useState(false);
  const step = Math.min(wanted, count - 1);
  const go = (next: number): void => {
    const to = within(next, 0, count);
    onStep(to);
  };
  const advance = useRef(() => undefined as unknown);
  useEffect(() => {
    advance.current = () => (step + 1 >= count ? setPlaying(false) : go(step + 1));
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => advance.current(), STEP_MS);
    return () => clearInterval(timer);
  }, [playing]);
  return { step, playing, go, setPlaying };
}

function Transport({
  player,
  count,
}: {
  readonly player: Player;
  readonly count: number;
}): JSX.Element {
  const { step, playing, go, setPlaying } = player;
  const atEnd = step + 1 >= count;
  const play = (): void => {
    if (!playing && atEnd) go(0);
    setPlaying(!playing);
  };
  return (
    <div className={styles.transport}>
      <Button disabled={step === 0} onClick={() => go(step - 1)}>
        {MESSAGES.back}
      </Button>
      <Button aria-pressed={playing} onClick={play}>
        {playing ? MESSAGES.pause : MESSAGES.play}
      </Button>
      <Button disabled={atEnd} onClick={() => go(step + 1)}>
        {MESSAGES.step}
      </Button>
      <input
        type="range"
        className={styles.range}
        aria-label={MESSAGES.position}
        aria-valuetext={`${step + 1} ${MESSAGES.of} ${count}`}
        min={0}
        max={count - 1}
        value={step}
        onChange={({ target }) => go(Number(target.value))}
      />
      <span className={styles.count}>{`${step + 1} / ${count}`}</span>
    </div>
  );
}

interface ChannelProps {
  readonly op: ConvOperator;
  readonly channels: Channels;
  readonly onChange: (channels: Channels) => void;
}

function ChannelFields({ op, channels, onChange }: ChannelProps): JSX.Element {
  const read = channelsRead(op, channels.i);
  return (
    <div className={styles.channels}>
      <NumberField
        label={MESSAGES.writes[op.transposed ? 'transposed' : 'conv']}
        value={channels.i}
        min={0}
        max={op.geometry.dOut - 1}
        onChange={(i) => onChange({ ...channels, i: within(i, 0, op.geometry.dOut) })}
      />
      <NumberField
        label={MESSAGES.reads[op.transposed ? 'transposed' : 'conv']}
        value={channels.j}
        min={read.first}
        max={read.first + read.count - 1}
        onChange={(j) => onChange({ ...channels, j })}
      />
    </div>
  );
}

/** What the step does, in a sentence. */
function sentence(op: ConvOperator, step: SlideStep, { i, j }: Channels): string {
  const inside = step.taps.filter((tap) => tap.inside);
  const [y, x] = step.output;
  const words = op.transposed ? MESSAGES.sentenceTransposed : MESSAGES.sentence;
  return words({
    y,
    x,
    i,
    j,
    inside: inside.length,
    taps: step.taps.length,
    line: lineOf(op, step, i),
  });
}

interface MapsProps {
  readonly op: ConvOperator;
  readonly padded: CroppedGrid;
  readonly output: CroppedGrid;
  readonly channels: Channels;
  readonly player: Player;
}

function Maps({ op, padded, output, channels, player }: MapsProps): JSX.Element {
  const fromSvg = useRef<SVGSVGElement>(null);
  const toSvg = useRef<SVGSVGElement>(null);
  const [from, to] = op.transposed
    ? [MESSAGES.toMap, MESSAGES.fromMap]
    : [MESSAGES.fromMap, MESSAGES.toMap];
  const none = padded.grid.cells.map(() => false);
  const width = op.geometry.output[1];
  const stepAt = (row: number, column: number): number =>
    (output.origin[0] + row) * width + output.origin[1] + column;
  const pixel = ({ origin }: CroppedGrid, row: number, column: number): string =>
    `${MESSAGES.pixel} (${origin[0] + row}, ${origin[1] + column})`;
  return (
    <div className={styles.maps}>
      <figure className={styles.figure}>
        <figcaption>{`${from}, ${MESSAGES.padded}`}</figcaption>
        <CellMap
          label={`${from}, ${MESSAGES.padded}. ${MESSAGES.mapHelp}`}
          grid={padded.grid}
          lit={none}
          onPoint={() => undefined}
          onLeave={() => undefined}
          onPick={() => player.go(player.step + 1)}
          describe={(row, column) => pixel(padded, row, column)}
          svgRef={fromSvg}
        />
        <SaveLayerFigure
          name="kernel-on-input"
          svg={fromSvg}
          rows={() => tapsCsv(op, player.step, channels)}
        />
      </figure>
      <figure className={styles.figure}>
        <figcaption>{to}</figcaption>
        <CellMap
          label={`${to}. ${MESSAGES.outputHelp}`}
          grid={output.grid}
          lit={output.grid.cells.map((_, at) => {
            const { columns } = output.grid;
            return stepAt(Math.floor(at / columns), at % columns) === player.step;
          })}
          onPoint={() => undefined}
          onLeave={() => undefined}
          onPick={(row, column) => player.go(stepAt(row, column))}
          describe={(row, column) => pixel(output, row, column)}
          svgRef={toSvg}
        />
        <SaveLayerFigure
          name="written-output"
          svg={toSvg}
          rows={() => stopsCsv(op, player.step, channels)}
        />
      </figure>
    </div>
  );
}

interface BodyProps {
  readonly report: LayerReport;
}

const SlideBody = memo(function SlideBody({ report }: BodyProps): JSX.Element {
  const { operator: op, largest } = report;
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const setFocus = useLayer((state) => state.setFocus);
  const [wantedI, wantedJ, wantedStep] = useLayer((state) => state.view.slide);
  const setView = useLayer((state) => state.setView);
  const i = within(wantedI, 0, op.geometry.dOut);
  const read = channelsRead(op, i);
  const channels: Channels = { i, j: within(wantedJ, read.first, read.count) };
  const count = stepCount(op);
  const focusAt = (step: number): Focus => ({
    kind: op.transposed ? 'input' : 'output',
    channel: i,
    y: Math.floor(step / op.geometry.output[1]),
    x: step % op.geometry.output[1],
  });
  const player = usePlayer(count, wantedStep, (step) => {
    setView({ slide: [channels.i, channels.j, step] });
    setFocus(focusAt(step));
  });
  const paint = { largest, theme };
  const placed = slideStep(op, player.step, channels);
  const rows = MESSAGES.block(channels.i, channels.j);
  return (
    <div className={styles.body}>
      <div className={styles.bar}>
        <Transport player={player} count={count} />
        <ChannelFields
          op={op}
          channels={channels}
          onChange={({ i: to, j }) => setView({ slide: [to, j, player.step] })}
        />
      </div>
      <Maps
        op={op}
        padded={paddedGrid(op, placed, paint)}
        output={outputGrid(op, placed)}
        channels={channels}
        player={player}
      />
      <p className={styles.sentence} aria-live={player.playing ? 'off' : 'polite'}>
        {sentence(op, placed, channels)}
      </p>
      <figure className={styles.figure}>
        <figcaption>{rows}</figcaption>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard */}
        <div role="region" aria-label={rows} tabIndex={0} className={styles.scroll}>
          <BlockLines op={op} step={player.step} channels={channels} paint={paint} svgRef={svg} />
        </div>
        <SaveLayerFigure
          name="rows-of-m"
          svg={svg}
          rows={() => linesCsv(op, player.step, channels)}
        />
      </figure>
    </div>
  );
});

/** One tap at one place (a dense layer, among others): nothing slides. */
function isStill({ geometry: g }: ConvOperator): boolean {
  return [...g.kernel, ...g.output, ...g.input].every((size) => size === 1);
}

/** The kernel slides over the padded input; the line of M that it writes grows with it. */
export function Slide(): JSX.Element | null {
  const report = useStagedReport('slide');
  if (report !== null && isStill(report.operator)) return null;
  return (
    <section aria-labelledby="slide-title" className={styles.slide} data-waiting={report === null}>
      <h2 id="slide-title">{MESSAGES.title}</h2>
      {report && <SlideBody report={report} />}
    </section>
  );
}
