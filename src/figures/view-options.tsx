import { useState, type JSX } from 'react';
import type { DrawnNorm, FigureView, LayerGroup } from '../model/compare/figure-view.ts';
import { NumberField } from '../ui/number-field.tsx';
import { Select } from '../ui/select.tsx';
import { Toggle } from '../ui/toggle.tsx';
import styles from './figures.module.css';
import { FIGURE_TEXT } from './messages.ts';

/** A view, and who hears of its changes. */
export interface ViewProps {
  readonly view: FigureView;
  readonly change: (view: FigureView) => void;
}

function optionsOf<T extends string>(
  labels: Readonly<Record<T, string>>,
): { value: T; label: string }[] {
  return (Object.keys(labels) as T[]).map((value) => ({ value, label: labels[value] }));
}

/** Which norm is drawn. */
export function NormChoice({ view, change }: ViewProps): JSX.Element {
  return (
    <Select<DrawnNorm>
      label={FIGURE_TEXT.norm}
      value={view.norm}
      options={optionsOf(FIGURE_TEXT.norms)}
      onChange={(norm) => change({ ...view, norm })}
    />
  );
}

/** The bandwidth's rule, or its typed factor. */
export function BandwidthChoice({ view, change }: ViewProps): JSX.Element {
  const [typed, setTyped] = useState(typeof view.rule === 'number' ? view.rule : 0.5);
  const [wrong, setWrong] = useState(false);
  const rule = typeof view.rule === 'number' ? 'typed' : view.rule;
  const takeFactor = (factor: number): void => {
    setTyped(factor);
    setWrong(!(factor > 0));
    if (factor > 0) change({ ...view, rule: factor });
  };
  return (
    <>
      <Select
        label={FIGURE_TEXT.rule}
        value={rule}
        options={optionsOf(FIGURE_TEXT.rules)}
        onChange={(next) => change({ ...view, rule: next === 'typed' ? typed : next })}
      />
      {rule === 'typed' && (
        <NumberField
          label={FIGURE_TEXT.factor}
          value={wrong || typeof view.rule !== 'number' ? typed : view.rule}
          min={0.05}
          step={0.05}
          error={wrong ? FIGURE_TEXT.factorWrong : undefined}
          onChange={takeFactor}
        />
      )}
    </>
  );
}

/** Whether norms are on a linear or a logarithmic axis. */
export function AxisChoice({ view, change }: ViewProps): JSX.Element {
  return (
    <Select
      label={FIGURE_TEXT.axis}
      value={view.log ? 'log' : 'linear'}
      options={optionsOf(FIGURE_TEXT.scales)}
      onChange={(scale) => change({ ...view, log: scale === 'log' })}
    />
  );
}

/** Which kinds of layers are in the figure; `dropped` asks for those that the paper's code drops, too. */
export function GroupChoice({
  view,
  change,
  dropped = false,
}: ViewProps & { readonly dropped?: boolean }): JSX.Element {
  return (
    <fieldset className={styles.groups}>
      <legend>{FIGURE_TEXT.layers}</legend>
      {(Object.keys(FIGURE_TEXT.kinds) as LayerGroup[]).map((group) => (
        <Toggle
          key={group}
          label={FIGURE_TEXT.kinds[group]}
          checked={view.groups[group]}
          onChange={(shown) => change({ ...view, groups: { ...view.groups, [group]: shown } })}
        />
      ))}
      {dropped && (
        <Toggle
          label={FIGURE_TEXT.dropped}
          checked={view.dropped}
          onChange={(shown) => change({ ...view, dropped: shown })}
        />
      )}
    </fieldset>
  );
}
