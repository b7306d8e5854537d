import { DATA_FIELDS, isOwnNet, NET_FIELDS, type Experiment } from '../../spec/experiment.ts';
import type { Field, Fields } from '../../spec/field.ts';
import { REGULARIZER_FIELDS } from '../../spec/regularizer.ts';
import type { RunEntry } from '../../state/run-entries.ts';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

/** A rate as percent with one decimal: 91.2 %. */
export function percent(rate: number): string {
  return Number.isFinite(rate) ? `${(100 * rate).toFixed(1)} %` : TEXT.status.none;
}

/** A number at a tick of an axis: no more digits than it takes. */
export function tickWords(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size < 1e-3 && size > 0)) return formatNumber(value, 1).replace(/^1·/, '');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/**
 * Step of the arrow keys for a number that is no whole number: about a tenth of its size, and never whole
 * itself, which would ask for whole numbers.
 */
export function fineStep(value: number): number {
  if (value === 0) return 0.001;
  const power = Math.floor(Math.log10(Math.abs(value)) - 0.3);
  return Math.min(0.5, Number(`1e${power}`));
}

/** Bytes as a person reads them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]!}`;
}

/** Seconds as hours, minutes and seconds: 1:02:03, 2:03. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return TEXT.status.none;
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The value of a field in words. */
export function valueWords(field: Field, value: unknown): string {
  switch (field.kind) {
    case 'number':
      return `${tickWords(value as number)}${field.unit === undefined ? '' : ` ${field.unit}`}`;
    case 'choice':
      return field.choices[value as string] ?? String(value);
    case 'toggle':
      return value === true ? 'yes' : 'no';
    case 'list':
      return (value as readonly number[]).join(', ') || TEXT.status.none;
  }
}

/** Names and values of a table of fields. */
export function tableWords(fields: Fields, values: object): [label: string, value: string][] {
  return Object.entries(fields).map(([key, field]) => [
    field.label,
    valueWords(field, (values as Record<string, unknown>)[key]),
  ]);
}

function netWords(net: Experiment['net']): string {
  if (isOwnNet(net)) return TEXT.layers.count(net.rows.length);
  const width = net.width === 1 ? '' : ` × ${tickWords(net.width)}`;
  return `${NET_FIELDS.architecture.choices[net.architecture]}${width}`;
}

/** Names and values of a net's settings. */
export function netTable(net: Experiment['net']): [label: string, value: string][] {
  return isOwnNet(net)
    ? [[NET_FIELDS.architecture.label, netWords(net)]]
    : tableWords(NET_FIELDS, net);
}

/** A run's settings in one line: net, regularizer, pictures. */
export function settingsLine({ data, net, regularizer }: Experiment): string {
  const strength =
    'beta' in regularizer
      ? ` β ${tickWords(regularizer.beta)}`
      : 'lambda' in regularizer
        ? ` λ ${tickWords(regularizer.lambda)}`
        : '';
  const source = data.source === 'own' ? data.own : DATA_FIELDS.source.choices[data.source];
  return [
    netWords(net),
    `${REGULARIZER_FIELDS[regularizer.kind].label}${strength}`,
    data.train === 0 ? source : TEXT.runs.pictures(formatCount(data.train), source),
  ].join(' · ');
}

/** What a run is doing, in one or a few words. */
export function stateWords({ activity, live, summary, stopped }: RunEntry): string {
  const words = TEXT.status;
  if (activity === 'starting') return words.starting;
  if (activity === 'stopping') return words.stopping;
  if (activity === 'running') return words.phases[live.progress?.phase ?? 'preparing'];
  if (summary.end === null) return summary.step === 0 ? words.ready : words.neverPaused;
  if (stopped && summary.end.kind === 'paused') return words.stopped;
  return words.ends[summary.end.kind];
}

/** Steps that a run has taken, as far as the page knows. */
export function stepsOf({ live, summary }: RunEntry): number {
  return live.progress?.step ?? summary.step;
}

/** Steps that the run's last checkpoint holds; null before the first. */
export function savedStepOf({ live, summary }: RunEntry): number | null {
  return live.progress === null ? summary.step : live.progress.savedStep;
}
