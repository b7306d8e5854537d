import { useMemo, useState, type JSX } from 'react';
import { distance } from '../../../math/lengths.ts';
import type { AttackTrajectory, TrajectoryStep } from '../../../model/attack/jobs.ts';
import { THREAT_FIELDS, type AttackPlan } from '../../../model/attack/plan.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import styles from './image.module.css';
import { IMAGE_TEXT as MESSAGES } from './messages.ts';
import { PathCurve } from './trajectory-curve.tsx';
import { keptAt, formatPlace } from './trajectory-drawing.ts';
import { PixelCanvas } from './pixel-canvas.tsx';
import { differencePixels, fullDifference, picturePixels } from './pixels.ts';
import { saveImages } from './save-images.ts';
import { usePlayer, type Player } from './use-player.ts';
import { className, formatScale } from './labels.ts';

interface Props {
  readonly path: AttackTrajectory;
  readonly label: number;
  readonly classes: readonly string[];
  readonly threat: AttackPlan['threat'];
  /** Name of the saved files, without ending. */
  readonly file: string;
}

/** A step of the trajectory with its image. */
interface ShownStep extends TrajectoryStep {
  readonly point: Float32Array;
}

interface TripleProps extends Omit<Props, 'path'> {
  readonly path: AttackTrajectory;
  readonly full: number;
  readonly step: ShownStep;
}

/** Enlarged clean image, difference and image at a step, with a button to save them. */
function Triple(props: TripleProps): JSX.Element {
  const { path, full, step, label, classes, threat, file } = props;
  const { clean, shape } = path;
  const theme = useTheme();
  const [error, setError] = useState('');
  const still = useMemo(() => picturePixels(clean, shape), [clean, shape]);
  const { point } = step;
  const [difference, now] = useMemo(
    () => [differencePixels({ clean, point, full }, shape, theme), picturePixels(point, shape)],
    [clean, point, full, shape, theme],
  );
  const save = (): void => {
    setError('');
    saveImages(`${file}-step-${step.step}.png`, [still, difference, now], shape).catch(
      (error: unknown) => setError(MESSAGES.saveFailed((error as Error).message)),
    );
  };
  const shown = [
    ['clean', still, MESSAGES.seen.clean(className(classes, label))],
    ['difference', difference, MESSAGES.seen.difference],
    ['point', now, MESSAGES.seen.point(className(classes, step.prediction))],
  ] as const;
  return (
    <div className={styles.large}>
      <div className={styles.triple}>
        {shown.map(([key, pixels, seen]) => (
          <figure key={key}>
            <PixelCanvas pixels={pixels} shape={shape} label={seen} />
            <figcaption>{MESSAGES.images[key]}</figcaption>
          </figure>
        ))}
      </div>
      <div className={styles.under}>
        <p className={styles.small}>{formatScale(threat, shape[2], full)}</p>
        <Button onClick={save}>{MESSAGES.saveImages}</Button>
      </div>
      <p role="status">{error}</p>
    </div>
  );
}

function Facts({ step, path, classes, threat }: Omit<TripleProps, 'full' | 'label'>): JSX.Element {
  const { facts, none } = MESSAGES;
  const number = (value: number | null): string => (value === null ? none : formatNumber(value));
  const rows: readonly (readonly [string, string])[] = [
    [facts.step, formatPlace(path.attack, step)],
    [facts.prediction, className(classes, step.prediction)],
    [facts.margin, number(step.margin)],
    [facts.loss, number(step.loss)],
    [facts.best, number(step.best)],
    [facts.size, number(step.size)],
    [
      facts.distance(THREAT_FIELDS.norm.choices[threat.norm]),
      number(distance(threat.norm, step.point, path.clean)),
    ],
  ];
  return (
    <dl className={styles.facts} data-wrong={step.wrong}>
      {rows.map(([term, text]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({
  player,
  count,
  text,
}: {
  readonly player: Player;
  readonly count: number;
  readonly text: string;
}): JSX.Element {
  const { at, playing, offered, go, play } = player;
  return (
    <div className={styles.steps}>
      <Button aria-disabled={at === 0} onClick={() => go(at - 1)}>
        {MESSAGES.back}
      </Button>
      {offered && (
        <Button className={styles.play} aria-pressed={playing} onClick={() => play(!playing)}>
          {playing ? MESSAGES.pause : MESSAGES.play}
        </Button>
      )}
      <Button aria-disabled={at === count - 1} onClick={() => go(at + 1)}>
        {MESSAGES.forward}
      </Button>
      <input
        type="range"
        className={styles.range}
        aria-label={MESSAGES.slider}
        aria-valuetext={text}
        min={0}
        max={count - 1}
        value={at}
        onChange={({ target }) => go(Number(target.value))}
      />
    </div>
  );
}

/** Initial index in `kept`: the first misclassified step, else the end. */
function firstShown({ steps, kept }: AttackTrajectory): number {
  const wrong = steps.findIndex((step) => step.wrong);
  const at = kept.findIndex((step) => step >= wrong);
  return wrong < 0 || at < 0 ? kept.length - 1 : at;
}

/** The trajectory of an attack on one image: step by step, with its curve. */
export function PathView({ path, label, classes, threat, file }: Props): JSX.Element {
  const { steps, kept, points, clean } = path;
  const player = usePlayer(kept.length, firstShown(path));
  const full = useMemo(() => fullDifference(threat, clean, points), [threat, clean, points]);
  const place = kept[player.at];
  const step = useMemo((): ShownStep | null => {
    const found = place === undefined ? undefined : steps[place];
    const point = points.subarray(player.at * clean.length, (player.at + 1) * clean.length);
    return found === undefined ? null : { ...found, point };
  }, [steps, place, points, player.at, clean]);
  if (step === null || place === undefined) return <p>{MESSAGES.noSteps}</p>;
  const text = MESSAGES.valueText(
    formatPlace(path.attack, step),
    className(classes, step.prediction),
    formatNumber(step.margin),
  );
  const shared = { path, label, classes, threat, file, step };
  return (
    <div className={styles.path}>
      <Triple {...shared} full={full} />
      <div className={styles.way}>
        <div className={styles.place}>
          <Steps player={player} count={kept.length} text={text} />
          <Facts {...shared} />
          {kept.length < steps.length && (
            <p className={styles.small}>
              {MESSAGES.thinned(formatCount(kept.length), formatCount(steps.length))}
            </p>
          )}
        </div>
        <PathCurve
          path={path}
          classes={classes}
          file={file}
          norm={threat.norm}
          step={place}
          onPick={(x) => player.go(keptAt(kept, x))}
        />
      </div>
    </div>
  );
}
