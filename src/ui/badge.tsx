import type { JSX } from 'react';
import styles from './badge.module.css';

/** What a number is. One look, one word, one explanation, in every panel. */
export type BadgeKind =
  'exact' | 'certified lower' | 'certified upper' | 'estimate' | 'neither' | 'guess';

const BADGES: Record<
  BadgeKind,
  { readonly word: string; readonly mark: string; readonly means: string }
> = {
  exact: { word: 'exact', mark: '=', means: 'The true value, up to float64 rounding.' },
  'certified lower': {
    word: 'lower',
    mark: '≥',
    means: 'The truth is at least this; rounding is accounted for.',
  },
  'certified upper': {
    word: 'upper',
    mark: '≤',
    means: 'The truth is at most this; rounding is accounted for.',
  },
  estimate: {
    word: 'estimate',
    mark: '≈',
    means: 'Near the truth as a rule, but nothing guarantees a side.',
  },
  neither: {
    word: 'neither',
    mark: '≠',
    means: 'Another quantity: neither a bound nor an estimate of this norm.',
  },
  guess: {
    word: 'guess',
    mark: '?',
    means: 'Not known from the file: the usual value, to be checked by you.',
  },
};

/** A word (with a mark, so that colour is not needed) that says what a number is. */
export function Badge({ kind }: { readonly kind: BadgeKind }): JSX.Element {
  const { word, mark, means } = BADGES[kind];
  return (
    <span className={styles.badge} data-kind={kind} title={means}>
      <span aria-hidden="true">{mark}</span> {word}
    </span>
  );
}
