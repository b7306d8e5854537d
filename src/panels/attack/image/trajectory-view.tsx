import { useMemo, useState, type JSX } from 'react';
import { distance } from '../../../math/lengths.ts';
import type { AttackPath, PathStep } from '../../../model/attack/jobs.ts';
import { THREAT_FIELDS, type AttackPlan } from '../../../model/attack/plan.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import styles from './image.module.css';
import { IMAGE_TEXT as WORDS } from './messages.ts';
import { PathCurve } from './trajectory-curve.tsx';
import { keptAt, placeWords } from './trajectory-drawing.ts';
import { PixelCanvas } from './pixel-canvas.tsx';
import { differencePixels, fullDifference, picturePixels } from './pixels.ts';
import { savePictures } from './save-pictures.ts';
import { usePlayer, type Player } from './use-player.ts';
import { className, scaleWords } from './labels.ts';

interface Props {
  readonly path: AttackPath;
  readonly label: number;
  readonly classes: readonly string[];
  readonly threat: AttackPlan['threat'];
  /** Name of the saved files, without ending. */
  readonly file: string;
}

/** A step of the way with its picture. */
interface ShownStep extends PathStep {
  readonly point: Float32Array;
}

interface TripleProps extends Omit<Props, 'path'> {
  readonly path: AttackPath;
  readonly full: number;
  readonly step: ShownStep;
}

/** Clean, difference and the picture at a step, large, and a way to save them. */
function Triple(props: TripleProps): JSX.Element {
  const { path, full, step, label, classes, threat, file } = props;
  const { clean, shape } = path;
  const theme = useTheme();
  const [fault, setFault] = useState('');
  const still = useMemo(() => picturePixels(clean, shape), [clean, shape]);
  const { point } = step;
  const [difference, now] = useMemo(
    () => [differencePixels({ clean, point, full }, shape, theme), picturePixels(point, shape)],
    [clean, point, full, shape, theme],
  );
  const save = (): void => {
    setFault('');
    savePictures(`${file}-step-${step.step}.png`, [still, difference, now], shape).catch(
      (error: unknown) => setFault(WORDS.saveFailed((error as Error).message)),
    );
  };
  const shown = [
    ['clean', still, WORDS.seen.clean(className(classes, label))],
    ['difference', difference, WORDS.seen.difference],
    ['point', now, WORDS.seen.point(className(classes, step.prediction))],
  ] as const;
  return (
    <div className={styles.large}>
      <div className={styles.triple}>
        {shown.map(([key, pixels, seen]) => (
          <figure key={key}>
            <PixelCanvas pixels={pixels} shape={shape} label={seen} />
            <figcaption>{WORDS.pictures[key]}</figcaption>
          </figure>
        ))}
      </div>
      <div className={styles.under}>
        <p className={styles.small}>{scaleWords(threat, shape[2], full)}</p>
        <Button onClick={save}>{WORDS.savePictures}</Button>
      </div>
      <p role="status">{fault}</p>
    </div>
  );
}

function Facts({ step, path, classes, threat }: Omit<TripleProps, 'full' | 'label'>): JSX.Element {
  const { facts, none } = WORDS;
  const number = (value: number | null): string => (value === null ? none : formatNumber(value));
  const rows: readonly (readonly [string, string])[] = [
    [facts.step, placeWords(path.attack, step)],
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
        {WORDS.back}
      </Button>
      {offered && (
        <Button className={styles.play} aria-pressed={playing} onClick={() => play(!playing)}>
          {playing ? WORDS.pause : WORDS.play}
        </Button>
      )}
      <Button aria-disabled={at === count - 1} onClick={() => go(at + 1)}>
        {WORDS.forward}
      </Button>
      <input
        type="range"
        className={styles.range}
        aria-label={WORDS.slider}
        aria-valuetext={text}
        min={0}
        max={count - 1}
        value={at}
        onChange={({ target }) => go(Number(target.value))}
      />
    </div>
  );
}

/** Place in `kept` that the view opens on: where the picture is wrong first, else the end. */
function firstShown({ steps, kept }: AttackPath): number {
  const wrong = steps.findIndex((step) => step.wrong);
  const at = kept.findIndex((step) => step >= wrong);
  return wrong < 0 || at < 0 ? kept.length - 1 : at;
}

/** The way of an attack over one picture: step by step, with its curve. */
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
  if (step === null || place === undefined) return <p>{WORDS.noSteps}</p>;
  const text = WORDS.valueText(
    placeWords(path.attack, step),
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
              {WORDS.thinned(formatCount(kept.length), formatCount(steps.length))}
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
