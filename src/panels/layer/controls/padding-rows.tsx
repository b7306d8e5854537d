import { useId, useState, type JSX } from 'react';
import type { LayerSpec, PaddingMode, PaddingSpec } from '../../../model/layer/layer.ts';
import { FieldRow } from '../../../ui/field-row.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { Select } from '../../../ui/select.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { errorFor } from './field-errors.ts';

const MESSAGES = TEXT.controls;

/** How padding is chosen: one number for all sides, four numbers, or a framework's word. */
type Rule = keyof typeof MESSAGES.paddings;
type Sides = readonly [number, number, number, number];

function ruleOf(padding: PaddingSpec): Rule {
  if (padding.kind !== 'explicit') return padding.kind;
  return padding.sides.every((side) => side === padding.sides[0]) ? 'symmetric' : 'explicit';
}

/** The sides that a rule starts from: those that stand, as far as they are known. */
function paddingFor(rule: Rule, before: PaddingSpec): PaddingSpec {
  const sides: Sides = before.kind === 'explicit' ? before.sides : [0, 0, 0, 0];
  if (rule === 'explicit') return { kind: 'explicit', sides };
  if (rule !== 'symmetric') return { kind: rule };
  const [side] = sides;
  return { kind: 'explicit', sides: [side, side, side, side] };
}

function withSide(sides: Sides, index: number, value: number): Sides {
  return sides.map((side, at) => (at === index ? value : side)) as unknown as Sides;
}

interface SidesProps {
  readonly sides: Sides;
  readonly all: boolean;
  readonly errorId: string | undefined;
  readonly onChange: (sides: Sides) => void;
  readonly onInputError: (inputError: string | undefined) => void;
}

function SideFields({ sides, all, errorId, onChange, onInputError }: SidesProps): JSX.Element {
  const common = { hideLabel: true, min: 0, onInputError, errorTextId: errorId };
  if (all) {
    return (
      <NumberField
        {...common}
        label={MESSAGES.sideAll}
        value={sides[0]}
        onChange={(next) => onChange([next, next, next, next])}
      />
    );
  }
  return (
    <>
      {MESSAGES.sides.map((side, index) => (
        <NumberField
          key={side}
          {...common}
          label={`${side} ${MESSAGES.sidePadding}`}
          value={sides[index] ?? 0}
          onChange={(next) => onChange(withSide(sides, index, next))}
        />
      ))}
    </>
  );
}

function modeOptions(spec: LayerSpec): { value: PaddingMode; label: string }[] {
  const modes = Object.keys(MESSAGES.modes) as PaddingMode[];
  return modes
    .filter((mode) => mode === 'zeros' || mode === spec.paddingMode || spec.type === 'conv')
    .map((value) => ({ value, label: MESSAGES.modes[value] }));
}

/** What the padding is filled with. */
function ModeRow(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const error = useLayer((state) => errorFor(state.failure, 'mode'));
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  return (
    <FieldRow label={MESSAGES.mode} error={error} errorId={errorId}>
      <Select
        hideLabel
        label={MESSAGES.mode}
        value={spec.paddingMode}
        options={modeOptions(spec)}
        onChange={(paddingMode) => patch({ paddingMode })}
        errorTextId={error === undefined ? undefined : errorId}
      />
    </FieldRow>
  );
}

/** Padding rule, its numbers, and what the padding is filled with. */
export function PaddingRows(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const failure = useLayer((state) => state.failure);
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  const [typed, setTyped] = useState<string>();
  // "Each side by itself" stays chosen while the four numbers happen to be equal.
  const [apart, setApart] = useState(false);
  const found = ruleOf(spec.padding);
  const rule = found === 'symmetric' && apart ? 'explicit' : found;
  const error = typed ?? errorFor(failure, 'padding');
  const choose = (next: Rule): void => {
    setApart(next === 'explicit');
    setTyped(undefined);
    patch({ padding: paddingFor(next, spec.padding) });
  };
  return (
    <>
      <FieldRow label={MESSAGES.padding}>
        <Select
          hideLabel
          label={MESSAGES.paddingKind}
          value={rule}
          options={(Object.keys(MESSAGES.paddings) as Rule[]).map((value) => ({
            value,
            label: MESSAGES.paddings[value],
          }))}
          onChange={choose}
        />
      </FieldRow>
      <FieldRow
        label={rule === 'explicit' ? MESSAGES.sidesShort : ''}
        name={MESSAGES.sidesGroup}
        error={error}
        errorId={errorId}
      >
        {spec.padding.kind === 'explicit' ? (
          <SideFields
            sides={spec.padding.sides}
            all={rule === 'symmetric'}
            errorId={error === undefined ? undefined : errorId}
            onChange={(sides) => patch({ padding: { kind: 'explicit', sides } })}
            onInputError={setTyped}
          />
        ) : (
          <PaddingReadout />
        )}
      </FieldRow>
      <ModeRow />
    </>
  );
}

/** The numbers that a framework's word stands for in the layer on screen. */
function PaddingReadout(): JSX.Element {
  const report = useLayer((state) => state.report);
  const sides = report?.operator.geometry.padding ?? [0, 0, 0, 0];
  return <output>{`${sides[0]} ${sides[1]} | ${sides[2]} ${sides[3]}`}</output>;
}
