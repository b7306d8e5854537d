import { memo, useMemo, type JSX } from 'react';
import type { AttackEntry } from '../../../model/attack/kinds.ts';
import { THREAT_FIELDS, type AttackPlan } from '../../../model/attack/plan.ts';
import type { Verdict } from '../../../model/attack/verdict.ts';
import { formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { PixelCanvas } from '../image/pixel-canvas.tsx';
import { differencePixels, fullDifference, picturePixels } from '../image/pixels.ts';
import { attackName, className } from '../image/labels.ts';
import styles from './gallery.module.css';
import { GALLERY_TEXT as MESSAGES } from './messages.ts';
import { fateOf } from './rows.ts';
import type { ImagePixels } from './use-images.ts';

/** Properties shared by all items of a gallery. */
export interface ItemContext {
  readonly threat: AttackPlan['threat'];
  readonly attacks: readonly AttackEntry[];
  readonly classes: readonly string[];
}

const UNKNOWN = [1, 1, 1] as const;

function Images(props: {
  readonly images: ImagePixels | null;
  readonly fell: boolean;
  readonly threat: AttackPlan['threat'];
}): JSX.Element {
  const { images, fell, threat } = props;
  const theme = useTheme();
  const drawn = useMemo(() => {
    if (images === null) return null;
    const { clean, adversarial: point, shape } = images;
    const full = fullDifference(threat, clean, point);
    return {
      clean: picturePixels(clean, shape),
      difference: fell ? differencePixels({ clean, point, full }, shape, theme) : null,
      adversarial: fell ? picturePixels(point, shape) : null,
    };
  }, [images, fell, threat, theme]);
  const shape = images?.shape ?? UNKNOWN;
  return (
    <span className={styles.images}>
      {([drawn?.clean, drawn?.difference, drawn?.adversarial] as const).map((pixels, at) => (
        <PixelCanvas key={at} pixels={pixels ?? null} shape={shape} />
      ))}
    </span>
  );
}

/** The net's predictions, margins and the attack that broke the image, one line each. */
function linesOf(verdict: Verdict, { threat, attacks, classes }: ItemContext): [string, string][] {
  const { prediction, margin, brokenBy } = verdict;
  const name = (label: number): string => className(classes, label);
  if (brokenBy === null) {
    const fate =
      fateOf(verdict) === 'wrong'
        ? MESSAGES.wrong
        : MESSAGES.stands(verdict.attacks, attacks.length);
    return [
      [MESSAGES.net, name(prediction)],
      [MESSAGES.margin, formatNumber(margin)],
      [MESSAGES.fateTerm, fate],
    ];
  }
  const { attack, step, margin: after, prediction: taken, distances } = brokenBy;
  return [
    [MESSAGES.net, MESSAGES.became(name(prediction), name(taken))],
    [MESSAGES.margin, MESSAGES.became(formatNumber(margin), formatNumber(after))],
    [MESSAGES.by1, MESSAGES.attack(attackName(attacks[attack]), step)],
    [THREAT_FIELDS.norm.choices[threat.norm], formatNumber(distances[threat.norm])],
  ];
}

interface Props {
  readonly row: number;
  readonly verdict: Verdict;
  readonly images: ImagePixels | null;
  readonly context: ItemContext;
  readonly onOpen: (row: number) => void;
}

/** An image of the gallery: its three images, to be opened, and its numbers. */
export const Item = memo(function Item(props: Props): JSX.Element {
  const { row, verdict, images, context, onOpen } = props;
  const fate = fateOf(verdict);
  return (
    <li className={styles.item} data-fate={fate}>
      <button
        type="button"
        className={styles.open}
        aria-label={MESSAGES.open(verdict.index)}
        onClick={() => onOpen(row)}
      >
        <Images images={images} fell={fate === 'fell'} threat={context.threat} />
      </button>
      <p className={styles.name}>
        {MESSAGES.image(verdict.index)}{' '}
        <span className={styles.small}>
          {MESSAGES.label1} {className(context.classes, verdict.label)}
        </span>
      </p>
      <dl className={styles.lines}>
        {linesOf(verdict, context).map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
});
