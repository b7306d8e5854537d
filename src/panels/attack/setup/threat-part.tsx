import type { JSX } from 'react';
import type { AttackNorm } from '../../../model/attack/kinds.ts';
import { formatRadius, THREAT_FIELDS } from '../../../model/attack/plan.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { Explanation } from '../../../ui/field-table.tsx';
import { Select } from '../../../ui/select.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { change, chooseNorm, PRESETS } from './form.ts';
import { Part } from './part.tsx';
import { RadiusField } from './radius-field.tsx';

const MESSAGES = TEXT.setup.threat;
const NORMS = Object.entries(THREAT_FIELDS.norm.choices).map(([value, label]) => {
  return { value: value as AttackNorm, label };
});

function choose(eps: number): void {
  const { draft, setFieldError } = attackStore.getState();
  setFieldError('threat.eps', undefined);
  change({ threat: { ...draft.threat, eps } });
}

function Presets({ norm, eps }: { readonly norm: AttackNorm; readonly eps: number }): JSX.Element {
  return (
    <div role="group" aria-label={MESSAGES.presets} className={`${styles.wide} ${styles.presets}`}>
      {PRESETS[norm].map((one) => (
        <Button
          key={one}
          aria-label={MESSAGES.preset(formatRadius(one))}
          aria-pressed={one === eps}
          onClick={() => choose(one)}
        >
          {formatRadius(one)}
        </Button>
      ))}
    </div>
  );
}

/** What a radius means at its ends; null in between. */
function remarkOn(norm: AttackNorm, eps: number): string | null {
  if (eps === 0) return MESSAGES.zero;
  return norm === 'linf' && eps >= 0.5 ? MESSAGES.large : null;
}

/** The threat model: norm and radius. */
export function ThreatPart({ explained }: { readonly explained: boolean }): JSX.Element {
  const threat = useAttack(({ draft }) => draft.threat);
  const fieldErrors = useAttack((state) => state.fieldErrors);
  const { norm, eps } = threat;
  const remark = fieldErrors['threat.eps'] === undefined ? remarkOn(norm, eps) : null;
  return (
    <Part title={MESSAGES.title}>
      <Select<AttackNorm>
        label={THREAT_FIELDS.norm.label}
        value={norm}
        options={NORMS}
        error={fieldErrors['threat.norm']}
        onChange={(next) => chooseNorm(threat, next)}
      />
      <RadiusField
        eps={eps}
        error={fieldErrors['threat.eps']}
        onChange={(next) => change({ threat: { norm, eps: next } })}
      />
      <Presets norm={norm} eps={eps} />
      {remark !== null && <p className={`${styles.wide} ${styles.small}`}>{remark}</p>}
      {explained && (
        <div className={styles.wide}>
          <Explanation {...THREAT_FIELDS.norm} formatSource={TEXT.setup.source} />
          <Explanation {...THREAT_FIELDS.eps} formatSource={TEXT.setup.source} />
        </div>
      )}
    </Part>
  );
}
