import { useId, type JSX } from 'react';
import { Button } from '../../../ui/button.tsx';
import { FieldRow } from '../../../ui/field-row.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { errorFor } from './field-errors.ts';
import { commonDivisors } from './limits.ts';

const MESSAGES = TEXT.controls;

/** Groups: the divisors that channels allow are offered while typing; depthwise is one press. */
export function GroupsRow(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const failure = useLayer((state) => state.failure);
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  const error = errorFor(failure, 'groups');
  const { dIn, dOut, groups } = spec;
  const depthwise = groups === dIn && dIn > 1;
  const choices = commonDivisors(dIn, dOut);
  // Depthwise needs one output channel or more for each input channel.
  const makeDepthwise = (): void =>
    patch(
      depthwise ? { groups: 1 } : { groups: dIn, dOut: Math.max(1, Math.round(dOut / dIn)) * dIn },
    );
  return (
    <FieldRow label={MESSAGES.groups} error={error} errorId={errorId}>
      <NumberField
        hideLabel
        label={MESSAGES.groups}
        value={groups}
        min={1}
        max={Math.min(dIn, dOut)}
        choices={choices}
        onChange={(next) => patch({ groups: next })}
        errorTextId={error === undefined ? undefined : errorId}
      />
      <Button aria-pressed={depthwise} disabled={dIn < 2} onClick={makeDepthwise}>
        {MESSAGES.depthwise}
      </Button>
    </FieldRow>
  );
}
