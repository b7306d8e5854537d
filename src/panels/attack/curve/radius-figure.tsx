import { useMemo, useRef, useState, type JSX } from 'react';
import { IntervalChart } from '../../../charts/interval-chart.tsx';
import { FigureFrame } from '../../../figures/figure-frame.tsx';
import { formatRadius, THREAT_FIELDS } from '../../../model/attack/plan.ts';
import type { RadiusCurve } from '../../../model/attack/evaluation.ts';
import { attackStore, type CurveWork, type EvaluationEntry } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { sizedAttackName } from '../image/labels.ts';
import { SideTrouble } from '../trouble.tsx';
import styles from './curve.module.css';
import { CURVE_TEXT as MESSAGES } from './messages.ts';
import {
  curveAttacks,
  curveRadii,
  firstChoice,
  parseRadii,
  formatRadii,
  usualRadii,
} from './radii.ts';
import { radiusDrawing, radiusReading, type RadiusPoint } from './radius-drawing.ts';

function Progress({ done, of }: Pick<CurveWork, 'done' | 'of'>): JSX.Element {
  return (
    <div className={styles.progress}>
      <progress max={of} value={done} aria-label={MESSAGES.title} />
      <span>{MESSAGES.running(formatCount(done), formatCount(of))}</span>
    </div>
  );
}

interface RadiiFieldProps {
  readonly text: string;
  readonly error: string | null;
  /** A running curve: the field is disabled, and its progress replaces the help. */
  readonly work: CurveWork | null;
  readonly onChange: (text: string) => void;
}

function RadiiField({ text, error, work, onChange }: RadiiFieldProps): JSX.Element {
  return (
    <div className={styles.radii} data-running={work !== null}>
      <TextField
        label={MESSAGES.radii}
        value={text}
        disabled={work !== null}
        help={error === null ? MESSAGES.radiiHelp : undefined}
        error={error ?? undefined}
        onChange={onChange}
      />
      {work !== null && <Progress {...work} />}
    </div>
  );
}

interface Props {
  readonly entry: EvaluationEntry;
}

/** Which radii and which attack; starts and stops the curve. */
function CurveForm({ entry }: Props): JSX.Element {
  const { record, curve } = entry;
  const { id, plan } = record;
  const [text, setText] = useState(
    record.curve === null ? usualRadii(plan.threat.eps) : curveRadii(record.curve),
  );
  const [choice, setChoice] = useState(firstChoice(plan, record.curve));
  const attacks = curveAttacks(plan);
  const parsed = parseRadii(text);
  const draw = (): void => {
    const attack = attacks[choice];
    if (attack === undefined || !('radii' in parsed)) return;
    void attackStore.getState().drawCurve(id, parsed.radii, attack);
  };
  return (
    <div className={styles.form}>
      <RadiiField
        text={text}
        error={'error' in parsed ? parsed.error : null}
        work={curve}
        onChange={setText}
      />
      <Select
        label={MESSAGES.attack}
        value={String(choice)}
        options={attacks.map((attack, at) => ({
          value: String(at),
          label: sizedAttackName(attack),
        }))}
        onChange={(value) => setChoice(Number(value))}
      />
      <div className={styles.go}>
        {curve !== null ? (
          <Button onClick={() => attackStore.getState().stopCurve(id)}>{MESSAGES.stop}</Button>
        ) : (
          <Button kind="primary" disabled={'error' in parsed} onClick={draw}>
            {record.curve === null ? MESSAGES.draw : MESSAGES.redraw}
          </Button>
        )}
      </div>
    </div>
  );
}

function Curve({ entry }: Props): JSX.Element {
  const { record } = entry;
  const { plan, verdicts } = record;
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const [box, width] = useWidth<HTMLDivElement>(560);
  const shown: RadiusCurve | null = entry.curve ?? record.curve;
  const { series, table } = useMemo(
    () => radiusDrawing({ plan, verdicts }, shown, theme),
    [plan, verdicts, shown, theme],
  );
  const clean = series.find(({ id }) => id === 'curve')?.points.find(({ x }) => x === 0);
  const left = shown?.left ?? [];
  const norm = THREAT_FIELDS.norm.choices[plan.threat.norm];
  return (
    <FigureFrame
      title={MESSAGES.title}
      file="robust-accuracy-by-radius"
      svg={svg}
      table={table}
      remarks={[
        ...(clean === undefined ? [] : [MESSAGES.clean(formatPercent(clean.y))]),
        ...(left.length === 0 ? [] : [MESSAGES.stopped(formatRadii(left))]),
      ]}
      about={MESSAGES.about}
    >
      <p className={styles.teach}>{MESSAGES.teach}</p>
      <CurveForm entry={entry} />
      <SideTrouble entry={entry} what="curve" />
      <div ref={box} className={styles.box}>
        <IntervalChart
          series={series}
          labels={{
            title: MESSAGES.title,
            x: MESSAGES.x(norm),
            y: MESSAGES.y,
            cursor: MESSAGES.cursor,
            help: MESSAGES.help,
            nothing: MESSAGES.nothing,
            reading: ({ label }, point) => radiusReading(label, point as RadiusPoint),
            formatX: formatRadius,
            formatY: formatPercent,
          }}
          width={width}
          svgRef={svg}
        />
      </div>
    </FigureFrame>
  );
}

/** Robust accuracy against the radius, and the result of the evaluation. */
export function RadiusFigure({ entry }: Props): JSX.Element {
  return <Curve key={entry.record.id} entry={entry} />;
}
