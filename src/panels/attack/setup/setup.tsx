import { useEffect, useState, type JSX } from 'react';
import { attackStore } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { Explanation } from '../../../ui/field-table.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { AttackPart } from './attack-part.tsx';
import { change, forget } from './form.ts';
import { NetPart } from './net-part.tsx';
import { Part } from './part.tsx';
import { ImagesPart, ImageSeed } from './images-part.tsx';
import { ThreatPart } from './threat-part.tsx';

const MESSAGES = TEXT.setup;

function Seed({ explained }: { readonly explained: boolean }): JSX.Element {
  const seed = useAttack(({ draft }) => draft.seed);
  const error = useAttack(({ fieldErrors }) => fieldErrors['seed']);
  return (
    <div className={explained ? styles.wide : undefined}>
      <NumberField
        label={MESSAGES.seed}
        value={seed}
        min={0}
        error={error}
        onChange={(next) => change({ seed: next })}
        onInputError={(inputError) => attackStore.getState().setFieldError('seed', inputError)}
      />
      {explained && <Explanation help={MESSAGES.seedHelp} />}
    </div>
  );
}

interface FormProps {
  readonly explained: boolean;
  readonly onExplain: (explained: boolean) => void;
}

function Form({ explained, onExplain }: FormProps): JSX.Element {
  useEffect(() => () => forget(''), []);
  return (
    <div className={styles.setup}>
      <NetPart />
      <AttackPart explained={explained} />
      <ThreatPart explained={explained} />
      <ImagesPart explained={explained} />
      <Part title={MESSAGES.seeds}>
        <ImageSeed explained={explained} />
        <Seed explained={explained} />
      </Part>
      <Button kind="quiet" aria-pressed={explained} onClick={() => onExplain(!explained)}>
        {MESSAGES.explain}
      </Button>
    </div>
  );
}

/** The form of a new evaluation, made from the tables that describe a plan. */
export function Setup(): JSX.Element {
  const [explained, setExplained] = useState(false);
  const opened = useAttack((state) => state.opened);
  return <Form key={opened} explained={explained} onExplain={setExplained} />;
}
