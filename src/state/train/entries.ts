import { EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import type { JobFailure } from '../../model/jobs.ts';
import type { Restart, RunSummary, RunLabels, TrainResult } from '../../model/train/run.ts';
import { RunLive } from './live.ts';

/** The page's request for a run: none, start, resume or stop. */
export type RunActivity = 'idle' | 'starting' | 'running' | 'stopping';

/** A run in the list, with its current state. */
export interface RunEntry {
  readonly summary: RunSummary;
  readonly activity: RunActivity;
  /** Its history; grows outside the store. */
  readonly live: RunLive;
  /** Whether the page has its history. */
  readonly loaded: boolean;
  /** Whether the user ended it early. */
  readonly stopped: boolean;
  /** Whether its curves are drawn even when another run is selected. */
  readonly overlaid: boolean;
  /** Why a job on it failed; null when none did. */
  readonly failure: JobFailure | null;
  /** The graphics device reopened since its last start; null when none was. */
  readonly restarted: Restart | null;
}

/** A new or stored run as shown in the list. */
export function entryOf(summary: RunSummary): RunEntry {
  const live = new RunLive(summary.layers.length);
  const display = { loaded: false, stopped: false, overlaid: false };
  return { summary, live, activity: 'idle', ...display, failure: null, restarted: null };
}

/** Steps taken by a run, as far as the page knows. */
export function stepsOf({ live, summary }: Pick<RunEntry, 'live' | 'summary'>): number {
  return live.progress?.step ?? summary.step;
}

/** Name and colour of a new run: the smallest unused ones. */
export function freshLabels(experiment: Experiment, entries: readonly RunEntry[]): RunLabels {
  const labels = entries.map(({ summary }) => summary.labels);
  const names = new Set(labels.map(({ name }) => name));
  const colors = new Set(labels.map(({ color }) => color));
  let color = 0;
  while (colors.has(color)) color++;
  const wished = experiment.name.trim();
  let name = wished === '' ? `Run ${entries.length + 1}` : wished;
  for (let n = 2; names.has(name); n++) {
    name = wished === '' ? `Run ${entries.length + n}` : `${wished} (${n})`;
  }
  return { name, note: '', color };
}

/** A summary updated to the end of a training job. */
export function summaryAfter(entry: RunEntry, { progress, end }: TrainResult): RunSummary {
  const { summary, live } = entry;
  const { layers } = summary;
  const row = live.normSteps.length - 1;
  const lastRow = (values: Float64Array): readonly number[] =>
    Array.from(values.subarray(row * layers.length, (row + 1) * layers.length));
  return {
    ...summary,
    step: progress.step,
    steps: progress.steps,
    epoch: progress.epoch,
    end,
    last: live.epochs.at(-1) ?? summary.last,
    norms:
      row < 0
        ? summary.norms
        : { l1: lastRow(live.norms.l1.view()), linf: lastRow(live.norms.linf.view()) },
  };
}

/** State of a run whose training ended without reporting its position. */
export function stopped({ summary, live }: RunEntry): Pick<RunEntry, 'summary'> {
  const { progress } = live;
  const { step, epoch } = progress ?? summary;
  return { summary: { ...summary, step, epoch, end: { kind: 'paused' } } };
}

/** An experiment for a new run: that of a run, without the edits made during training. */
export function asNew(experiment: Experiment): Experiment {
  return { ...EXPERIMENT.completed(experiment), edits: [] };
}
