import type { JSX } from 'react';
import { formatPlan } from '../../../model/attack/labels.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import { attackStore, type EvaluationEntry } from '../../../state/attack/store.ts';
import { EntryList, EntryRow, type EntryColumns } from '../../../ui/entry-list.tsx';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import { useNetColor } from '../net-of.ts';
import { newOneLike } from '../results/controls.tsx';
import { useSummary } from '../results/use-summary.ts';
import { useAttack } from '../use-attack.ts';
import { formatState } from '../labels.ts';

const MESSAGES = TEXT.list;
const TITLES = MESSAGES.columns;

const COLUMNS: EntryColumns<'attack' | 'images' | 'clean' | 'robust' | 'state'> = {
  name: TITLES.net,
  between: [
    { key: 'attack', title: TITLES.attack, kind: 'text', width: '22%' },
    { key: 'images', title: TITLES.images, kind: 'number' },
    { key: 'clean', title: TITLES.clean, kind: 'number' },
    { key: 'robust', title: TITLES.robust, kind: 'number', width: '12rem' },
    { key: 'state', title: TITLES.state, kind: 'text' },
  ],
  actions: TITLES.actions,
};

function nameOf({ record: { subject, plan } }: EvaluationEntry): string {
  return MESSAGES.name(subject.name, formatPlan(plan));
}

/** Robust accuracy with its interval; while images are still attacked, it can only fall. */
function formatRobust({ finished }: EvaluationRecord, { robust }: EvaluationSummary): string {
  const { lower, upper } = robust.interval;
  const rate = formatPercent(robust.rate);
  return finished
    ? MESSAGES.share(rate, formatPercent(lower), formatPercent(upper))
    : MESSAGES.atMost(rate);
}

function Row({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { record } = entry;
  const { id, subject, plan } = record;
  const chosen = useAttack((state) => state.selected === id);
  const summary = useSummary(record);
  const color = useNetColor(subject);
  const { select, remove } = attackStore.getState();
  const name = nameOf(entry);
  return (
    <EntryRow
      columns={COLUMNS}
      group="evaluation"
      name={subject.name}
      color={color}
      choice={{ label: MESSAGES.choose(name), chosen, act: () => select(id) }}
      cells={{
        attack: formatPlan(plan),
        images: formatCount(plan.images.count),
        clean: summary === null ? TEXT.none : formatPercent(summary.clean.rate),
        robust: summary === null ? TEXT.none : formatRobust(record, summary),
        state: formatState(entry),
      }}
      actions={[
        { text: MESSAGES.again, label: MESSAGES.likeThis(name), act: () => newOneLike(entry) },
        { text: MESSAGES.remove, label: MESSAGES.removeOne(name), act: () => void remove(id) },
      ]}
    />
  );
}

/** All stored evaluations; one is selected. A deleted one can be restored. */
export function EvaluationList(): JSX.Element {
  const entries = useAttack((state) => state.evaluations);
  const listed = useAttack((state) => state.listed);
  const removed = useAttack((state) => state.removed);
  const { undoRemove, purge } = attackStore.getState();
  return (
    <EntryList
      title={MESSAGES.title}
      table={MESSAGES.table}
      columns={COLUMNS}
      empty={listed ? MESSAGES.none : MESSAGES.listing}
      removed={{
        sentence: removed && MESSAGES.removed(nameOf(removed.entry)),
        undo: { text: MESSAGES.undo, act: () => void undoRemove() },
        purge: { text: MESSAGES.purge, act: () => void purge() },
      }}
    >
      {entries.map((entry) => (
        <Row key={entry.record.id} entry={entry} />
      ))}
    </EntryList>
  );
}
