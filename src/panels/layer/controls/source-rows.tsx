import { useId, useState, type JSX } from 'react';
import type { KernelSource, PatternSource, RandomSource } from '../../../model/layer/layer.ts';
import { Button } from '../../../ui/button.tsx';
import { FieldRow } from '../../../ui/field-row.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { Select } from '../../../ui/select.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { errorFor } from './field-errors.ts';

const MESSAGES = TEXT.controls;
type Made = RandomSource | PatternSource;

function isRandom(kind: KernelSource['kind']): kind is RandomSource {
  return kind === 'he' || kind === 'pytorch' || kind === 'gaussian';
}

/** The largest seed that a float64 counts exactly. */
const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

function seedError(seed: number): string | undefined {
  return seed >= 0 && seed <= LARGEST_SEED ? undefined : MESSAGES.seedRange;
}

/** Where the weights come from, and the seed when they are random. */
export function SourceRows(): JSX.Element {
  const source = useLayer((state) => state.spec.source);
  const failure = useLayer((state) => state.failure);
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  const error = errorFor(failure, 'source');
  // The last seed is offered again when a random source is chosen after a pattern.
  const [seed, setSeed] = useState('seed' in source ? source.seed : 1);
  const made = Object.keys(MESSAGES.sources) as Made[];
  const options: { value: KernelSource['kind']; label: string }[] = made.map((value) => ({
    value,
    label: MESSAGES.sources[value],
  }));
  if (source.kind === 'values') options.push({ value: 'values', label: source.name });
  const choose = (kind: KernelSource['kind']): void => {
    if (kind === 'values') return;
    patch({ source: isRandom(kind) ? { kind, seed } : { kind } });
  };
  return (
    <>
      <FieldRow label={MESSAGES.source} error={error} errorId={errorId}>
        <Select
          hideLabel
          label={MESSAGES.source}
          value={source.kind}
          options={options}
          onChange={choose}
          errorTextId={error === undefined ? undefined : errorId}
        />
      </FieldRow>
      <SeedRow onSeed={setSeed} />
    </>
  );
}

function SeedRow({ onSeed }: { readonly onSeed: (seed: number) => void }): JSX.Element {
  const source = useLayer((state) => state.spec.source);
  const patch = useLayer((state) => state.patch);
  const errorId = useId();
  const [inputError, setInputError] = useState<string>();
  const random = isRandom(source.kind);
  const seed = 'seed' in source ? source.seed : 0;
  const change = (next: number): void => {
    const error = seedError(next);
    setInputError(error);
    if (error !== undefined || !isRandom(source.kind)) return;
    onSeed(next);
    patch({ source: { kind: source.kind, seed: next } });
  };
  return (
    <FieldRow label={MESSAGES.seed} error={inputError} errorId={errorId}>
      <NumberField
        hideLabel
        label={MESSAGES.seed}
        value={seed}
        min={0}
        max={LARGEST_SEED}
        disabled={!random}
        onChange={change}
        onInputError={setInputError}
        errorTextId={inputError === undefined ? undefined : errorId}
      />
      <Button
        disabled={!random}
        aria-label={MESSAGES.nextSeedLabel}
        onClick={() => change(seed + 1)}
      >
        {MESSAGES.nextSeed}
      </Button>
    </FieldRow>
  );
}
