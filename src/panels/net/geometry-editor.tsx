import { useState, type JSX } from 'react';
import type { JobFailure } from '../../model/jobs.ts';
import type { GuessedField, LayerFailure, LayerShape, NetLayerInfo } from '../../model/net/net.ts';
import { withGroups, withType } from '../../model/layer/layer-shape.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FieldRow } from '../../ui/field-row.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { PairField } from '../../ui/pair-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { useNet } from './use-net.ts';

const MESSAGES = TEXT.geometry;

type Sides = readonly [number, number, number, number];

interface FieldsProps {
  readonly shape: LayerShape;
  readonly guessed: readonly GuessedField[];
  readonly change: (change: LayerShape) => void;
}

function Guess({
  field,
  guessed,
}: {
  field: GuessedField;
  guessed: FieldsProps['guessed'];
}): JSX.Element {
  return <span className={styles.guess}>{guessed.includes(field) && <Badge kind="guess" />}</span>;
}

/** Two numbers of a layer, one for each axis. */
function AxisPair({
  shape,
  guessed,
  change,
  field,
  names,
  label,
  least,
}: FieldsProps & {
  readonly field: 'input' | 'stride' | 'dilation';
  readonly names: readonly [string, string];
  readonly label: string;
  readonly least: number;
}): JSX.Element {
  return (
    <div className={styles.field}>
      <PairField
        label={label}
        names={names}
        value={shape[field]}
        min={least}
        linkLabel={MESSAGES.link}
        onChange={(value) => change({ ...shape, [field]: value })}
      />
      <Guess field={field} guessed={guessed} />
    </div>
  );
}

function PaddingFields({ shape, guessed, change }: FieldsProps): JSX.Element {
  const sides: Sides = shape.padding.kind === 'explicit' ? shape.padding.sides : [0, 0, 0, 0];
  return (
    <div className={styles.field}>
      <FieldRow label={MESSAGES.padding}>
        {MESSAGES.sides.map((name, index) => (
          <NumberField
            key={name}
            hideLabel
            label={name}
            value={sides[index] ?? 0}
            min={0}
            onChange={(value) => {
              const next = sides.with(index, value) as unknown as Sides;
              change({ ...shape, padding: { kind: 'explicit', sides: next } });
            }}
          />
        ))}
      </FieldRow>
      <Guess field="padding" guessed={guessed} />
    </div>
  );
}

function KindField({ shape, guessed, change }: FieldsProps): JSX.Element {
  return (
    <div className={styles.field}>
      <Select
        label={MESSAGES.kind}
        value={shape.type}
        options={(['conv', 'transposed-conv'] as const).map((value) => ({
          value,
          label: MESSAGES.kinds[value],
        }))}
        onChange={(type) => change(withType(shape, type))}
      />
      <Guess field="kind" guessed={guessed} />
    </div>
  );
}

function GroupsField({ shape, guessed, change }: FieldsProps): JSX.Element {
  return (
    <div className={styles.field}>
      <FieldRow label={MESSAGES.groups}>
        <NumberField
          hideLabel
          label={MESSAGES.groups}
          value={shape.groups}
          min={1}
          onChange={(groups) => groups >= 1 && change(withGroups(shape, groups))}
        />
      </FieldRow>
      <Guess field="groups" guessed={guessed} />
    </div>
  );
}

/** Layers whose input size nobody has stated yet, the given one aside. */
function stillGuessed(layers: readonly NetLayerInfo[], index: number): NetLayerInfo[] {
  return layers.filter(
    ({ index: other, shape, guessed }) =>
      other !== index && shape !== null && guessed.includes('input'),
  );
}

/** Gives this layer's input size to all others that still have a guessed one. */
function SameInput({
  net,
  index,
  input,
}: {
  net: string;
  index: number;
  input: LayerShape['input'];
}): JSX.Element | null {
  const edit = useNet((state) => state.edit);
  const layers = useNet(
    (state) => state.nets.find(({ summary }) => summary.id === net)?.summary.layers,
  );
  const others = stillGuessed(layers ?? [], index);
  if (others.length === 0) return null;
  const apply = async (): Promise<void> => {
    for (const other of others) await edit(net, other.index, { ...other.shape!, input });
  };
  return (
    <p>
      <Button onClick={() => void apply()}>
        {MESSAGES.sameInput(input.join('×'), others.length)}
      </Button>
    </p>
  );
}

interface Props {
  readonly net: string;
  readonly info: NetLayerInfo;
  readonly shape: LayerShape;
  readonly failure: LayerFailure | null;
}

/** What a weights file does not say about a conv layer, to be filled in. */
export function GeometryEditor({ net, info, shape, failure }: Props): JSX.Element {
  const edit = useNet((state) => state.edit);
  // The fields keep the requested geometry while it is checked, and, with the error, when it is
  // rejected; the layer keeps its last geometry meanwhile.
  const [asked, setAsked] = useState<LayerShape | null>(null);
  const [refusal, setRefusal] = useState<JobFailure | null>(null);
  const wish = asked ?? shape;
  const change = async (next: LayerShape): Promise<void> => {
    setAsked(next);
    const problem = await edit(net, info.index, next);
    setRefusal(problem);
    if (problem === null) setAsked((newest) => (newest === next ? null : newest));
  };
  const fields = {
    shape: wish,
    guessed: info.guessed,
    change: (next: LayerShape) => void change(next),
  };
  const message = refusal?.message ?? failure?.message;
  return (
    <div className={styles.editor}>
      <p className={styles.small}>{TEXT.details.guessHelp}</p>
      <div className={styles.fields}>
        {info.guessed.includes('kind') && <KindField {...fields} />}
        <AxisPair
          {...fields}
          field="input"
          names={MESSAGES.inputs}
          label={MESSAGES.input}
          least={1}
        />
        <AxisPair
          {...fields}
          field="stride"
          names={MESSAGES.strides}
          label={MESSAGES.stride}
          least={1}
        />
        <PaddingFields {...fields} />
        <AxisPair
          {...fields}
          field="dilation"
          names={MESSAGES.dilations}
          label={MESSAGES.dilation}
          least={1}
        />
        <GroupsField {...fields} />
      </div>
      <SameInput net={net} index={info.index} input={shape.input} />
      {message !== undefined && <ErrorNote title={message} />}
    </div>
  );
}
