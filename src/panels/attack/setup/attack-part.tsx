import type { JSX } from 'react';
import { ATTACK_KINDS } from '../../../model/attack/kinds.ts';
import {
  ATTACK_CHOICES,
  attacksOf,
  isVersion,
  type AttackPlan,
} from '../../../model/attack/plan.ts';
import { listDifference } from '../../../model/attack/quirks.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { FieldTable } from '../../../ui/field-table.tsx';
import { Select } from '../../../ui/select.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { formatSettings } from '../labels.ts';
import { change, chooseKind } from './form.ts';
import { Part } from './part.tsx';

const MESSAGES = TEXT.setup.attack;
const OPTIONS = Object.entries(ATTACK_CHOICES).map(([value, { label }]) => {
  return { value: value as AttackPlan['attack']['kind'], label };
});

/** Description of a list: its attacks, and its differences from AutoAttack. */
function ListLabels({ plan }: { readonly plan: AttackPlan }): JSX.Element | null {
  const { attack, threat } = plan;
  if (!isVersion(attack.kind)) return null;
  const difference = listDifference(attack.kind, threat.norm);
  return (
    <div className={`${styles.wide} ${styles.about}`}>
      <p>{ATTACK_CHOICES[attack.kind].summary}</p>
      {difference !== null && <p className={styles.ink}>{MESSAGES.incomplete(difference)}</p>}
      <p>{MESSAGES.list}</p>
      <ol className={styles.steps}>
        {attacksOf(plan).map((entry) => (
          <li key={entry.kind}>
            <span className={styles.ink}>{ATTACK_KINDS[entry.kind].label}</span>:{' '}
            {formatSettings(entry)}
          </li>
        ))}
      </ol>
    </div>
  );
}

function SingleAttack({ explained }: { readonly explained: boolean }): JSX.Element | null {
  const attack = useAttack(({ draft }) => draft.attack);
  const fieldErrors = useAttack((state) => state.fieldErrors);
  const { kind } = attack;
  if (isVersion(kind)) return null;
  const { summary, source } = ATTACK_KINDS[kind];
  return (
    <>
      <p className={`${styles.wide} ${styles.about}`}>
        {summary} {MESSAGES.from(source)}
      </p>
      <FieldTable
        key={kind}
        path="attack"
        fields={ATTACK_KINDS[kind].fields}
        values={attack}
        fieldErrors={fieldErrors}
        setFieldError={attackStore.getState().setFieldError}
        explained={explained}
        formatSource={TEXT.setup.source}
        onChange={(next) => change({ attack: next })}
      />
    </>
  );
}

/** Which attack, or list of attacks, and its numbers. */
export function AttackPart({ explained }: { readonly explained: boolean }): JSX.Element {
  const draft = useAttack((state) => state.draft);
  const error = useAttack(({ fieldErrors }) => fieldErrors['attack.kind'] ?? fieldErrors['attack']);
  return (
    <Part title={MESSAGES.title}>
      <div className={styles.wide}>
        <Select
          label={MESSAGES.title}
          hideLabel
          value={draft.attack.kind}
          options={OPTIONS}
          error={error}
          onChange={chooseKind}
        />
      </div>
      <ListLabels plan={draft} />
      <SingleAttack explained={explained} />
    </Part>
  );
}
