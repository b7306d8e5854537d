import type { JSX } from 'react';
import type { BackendReport } from '../../model/train/run.ts';
import { runStore } from '../../state/train/store.ts';
import { formatTime } from '../../ui/format.ts';
import { Select } from '../../ui/select.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { useRuns } from './use-runs.ts';

const MESSAGES = TEXT.backend;
type Wish = NonNullable<BackendReport['name']> | 'best';
const NAMES = Object.keys(MESSAGES.names) as NonNullable<BackendReport['name']>[];

/** The backend in use, the reason, and a menu to choose another. */
export function Backend(): JSX.Element {
  const report = useRuns((state) => state.backend);
  const choosing = useRuns((state) => state.choosing);
  const name = report?.name ?? null;
  const options = [
    ...(name === null ? [{ value: 'best' as Wish, label: MESSAGES.best }] : []),
    ...NAMES.map((value) => ({ value: value, label: MESSAGES.names[value] })),
  ];
  return (
    <fieldset className={styles.part} disabled={choosing}>
      <legend>{MESSAGES.title}</legend>
      <Select<Wish>
        label={MESSAGES.choose}
        value={name ?? 'best'}
        options={options}
        onChange={(wish) => void runStore.getState().chooseBackend(wish === 'best' ? null : wish)}
      />
      <div role="status" className={`${styles.small ?? ''} ${styles.backend ?? ''}`}>
        {choosing || report === null ? (
          <p>{MESSAGES.choosing}</p>
        ) : (
          <>
            {report.name === null && <p>{MESSAGES.none}</p>}
            <p>{report.reason}</p>
            {report.checks > 0 && (
              <p>{MESSAGES.checks(report.checks, formatTime(report.milliseconds))}</p>
            )}
            {report.skipped.map(({ name: skipped, reason }) => (
              <p key={skipped}>{MESSAGES.skipped(skipped, reason)}</p>
            ))}
          </>
        )}
      </div>
    </fieldset>
  );
}
