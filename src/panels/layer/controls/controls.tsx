import { useId, useState, type JSX } from 'react';
import type { LayerSpec, LayerType } from '../../../model/layer/layer.ts';
import { formatCount } from '../../../ui/format.ts';
import { FieldRow } from '../../../ui/field-row.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { PairField } from '../../../ui/pair-field.tsx';
import { Select } from '../../../ui/select.tsx';
import { matrixShape } from '../../../math/operator.ts';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import styles from './controls.module.css';
import { errorFor, fieldOf } from './field-errors.ts';
import { GroupsRow } from './groups-row.tsx';
import { largestDilation, largestKernel, largestOutputPadding } from './limits.ts';
import { PaddingRows } from './padding-rows.tsx';
import { PRESETS } from './presets.ts';
import { SourceRows } from './source-rows.tsx';

const MESSAGES = TEXT.controls;

function PresetRow(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const setSpec = useLayer((state) => state.setSpec);
  const preset = PRESETS.find((candidate) => sameSpec(candidate.spec, spec));
  const options = PRESETS.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className={styles.preset}>
      <Select
        label={MESSAGES.preset}
        value={preset?.id ?? ''}
        options={preset ? options : [{ value: '', label: MESSAGES.presetNone }, ...options]}
        onChange={(id) => {
          const chosen = PRESETS.find((candidate) => candidate.id === id);
          if (chosen) setSpec(chosen.spec);
        }}
      />
      <p className={styles.why}>{preset?.why ?? MESSAGES.presetNoneWhy}</p>
    </div>
  );
}

function sameSpec(a: LayerSpec, b: LayerSpec): boolean {
  if (a.source.kind === 'values' || b.source.kind === 'values') return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Adjusts other fields to a type: a dense layer has one pixel and one tap. */
function changeOfType(spec: LayerSpec, type: LayerType): Partial<LayerSpec> {
  if (type === 'dense') return { type, groups: 1 };
  const zeros = type === 'conv' ? {} : ({ paddingMode: 'zeros' } as const);
  return { type, outputPadding: [0, 0], ...zeros, padding: spec.padding };
}

function ChannelRow(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const failure = useLayer((state) => state.failure);
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  const [typed, setTyped] = useState<string>();
  const error = typed ?? errorFor(failure, 'channels');
  const field = { hideLabel: true, min: 1, onInputError: setTyped };
  const errorTextId = error === undefined ? undefined : errorId;
  const label = spec.type === 'dense' ? MESSAGES.units : MESSAGES.channels;
  return (
    <FieldRow label={label} error={error} errorId={errorId}>
      <NumberField
        {...field}
        label={MESSAGES.channelsIn}
        value={spec.dIn}
        onChange={(dIn) => patch({ dIn })}
        errorTextId={errorTextId}
      />
      <span aria-hidden="true">→</span>
      <NumberField
        {...field}
        label={MESSAGES.channelsOut}
        value={spec.dOut}
        onChange={(dOut) => patch({ dOut })}
        errorTextId={errorTextId}
      />
    </FieldRow>
  );
}

type PairKey = 'input' | 'kernel' | 'stride' | 'dilation' | 'outputPadding';

interface PairRow {
  readonly key: PairKey;
  readonly label: string;
  readonly names: readonly [string, string];
  readonly min: number;
  readonly largest?: (spec: LayerSpec, axis: 0 | 1) => number;
  readonly only?: LayerType;
}

const PAIRS: readonly PairRow[] = [
  { key: 'input', label: MESSAGES.input, names: MESSAGES.inputs, min: 1 },
  {
    key: 'kernel',
    label: MESSAGES.kernel,
    names: MESSAGES.kernels,
    min: 1,
    largest: largestKernel,
  },
  { key: 'stride', label: MESSAGES.stride, names: MESSAGES.strides, min: 1 },
  {
    key: 'dilation',
    label: MESSAGES.dilation,
    names: MESSAGES.dilations,
    min: 1,
    largest: largestDilation,
  },
  {
    key: 'outputPadding',
    label: MESSAGES.outputPadding,
    names: MESSAGES.outputPaddings,
    min: 0,
    largest: largestOutputPadding,
    only: 'transposed-conv',
  },
];

function PairRows(): JSX.Element {
  const spec = useLayer((state) => state.spec);
  const failure = useLayer((state) => state.failure);
  const patch = useLayer((state) => state.patch);
  return (
    <>
      {PAIRS.filter(({ only }) => only === undefined || only === spec.type).map((row) => (
        <PairField
          key={row.key}
          label={row.label}
          names={row.names}
          value={spec[row.key]}
          min={row.min}
          {...(row.largest && { max: [row.largest(spec, 0), row.largest(spec, 1)] })}
          error={errorFor(failure, row.key)}
          linkLabel={`${row.label}: ${MESSAGES.link}`}
          onChange={(value) => patch({ [row.key]: value })}
        />
      ))}
    </>
  );
}

/** Sizes that follow from the layer on screen. */
function Derived(): JSX.Element {
  const report = useLayer((state) => state.report);
  if (report === null) return <dl className={styles.derived} />;
  const { geometry: g, transposed } = report.operator;
  const [rows, columns] = matrixShape(report.operator);
  const [channels, [height, width]] = transposed ? [g.dIn, g.input] : [g.dOut, g.output];
  const facts = [
    [MESSAGES.output, `${channels} × ${height} × ${width}`],
    [MESSAGES.matrix, `${formatCount(rows)} × ${formatCount(columns)}`],
    [MESSAGES.weights, formatCount(g.weights)],
  ] as const;
  return (
    <dl className={styles.derived}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The control column: the full specification of the layer. */
export function Controls(): JSX.Element {
  const dense = useLayer((state) => state.spec.type === 'dense');
  const type = useLayer((state) => state.spec.type);
  const spec = useLayer((state) => state.spec);
  const patch = useLayer((state) => state.patch);
  const failure = useLayer((state) => state.failure);
  const loose = failure !== null && fieldOf(failure) === null ? failure.message : undefined;
  return (
    <section aria-label={MESSAGES.title} className={styles.controls}>
      <PresetRow />
      <FieldRow label={MESSAGES.type} error={loose}>
        <Select
          hideLabel
          label={MESSAGES.type}
          value={type}
          options={(Object.keys(MESSAGES.types) as LayerType[]).map((value) => ({
            value,
            label: MESSAGES.types[value],
          }))}
          onChange={(next) => patch(changeOfType(spec, next))}
        />
      </FieldRow>
      <ChannelRow />
      {!dense && (
        <>
          <PairRows />
          <PaddingRows />
          <GroupsRow />
        </>
      )}
      <SourceRows />
      <Derived />
    </section>
  );
}
