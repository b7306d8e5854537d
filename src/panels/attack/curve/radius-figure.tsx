import type { JSX } from 'react';
import type { EvaluationEntry } from '../../../state/attack-store.ts';

export function RadiusFigure({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  return <section aria-label={entry.record.id} />;
}
