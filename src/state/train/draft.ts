import * as v from 'valibot';
import {
  checkExperiment,
  ExperimentError,
  experimentDocument,
  isOwnNet,
  type Experiment,
} from '../../model/train/experiment.ts';
import {
  DATA_FIELDS,
  NET_FIELDS,
  RECORD_FIELDS,
  TRAINING_FIELDS,
} from '../../model/train/experiment-fields.ts';
import { fieldSchema, type Fields } from '../../model/field.ts';
import { rowFaults, type OwnNet } from '../../model/net/net-rows.ts';
import { ADVERSARIAL_FIELDS } from '../../model/train/adversarial.ts';
import { REGULARIZER_FIELDS } from '../../model/train/regularizer.ts';

/** What is wrong with a form, by the paths of the fields; `''` is about the whole. */
export type Faults = Readonly<Record<string, string>>;

function faultsIn(path: string, fields: Fields, values: object): [string, string][] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const result = v.safeParse(fieldSchema(field), (values as Record<string, unknown>)[key]);
    return result.success ? [] : [[`${path}.${key}`, result.issues[0].message] as [string, string]];
  });
}

function faultsInRows({ rows }: OwnNet): [string, string][] {
  return rows.flatMap((row, at) =>
    Object.entries(rowFaults(row)).map(([key, fault]): [string, string] => {
      return [`net.rows.${at}.${key}`, fault];
    }),
  );
}

/**
 * Everything that is wrong with an experiment as a person has typed it, a sentence for each field. Empty
 * when it can be run.
 */
export function faultsOf(draft: Experiment): Faults {
  const { data, net, training, adversarial, regularizer, record } = draft;
  const faults = Object.fromEntries([
    ...faultsIn('data', DATA_FIELDS, data),
    ...(isOwnNet(net) ? faultsInRows(net) : faultsIn('net', NET_FIELDS, net)),
    ...faultsIn('training', TRAINING_FIELDS, training),
    ...faultsIn('adversarial', ADVERSARIAL_FIELDS[adversarial.kind].fields, adversarial),
    ...faultsIn('regularizer', REGULARIZER_FIELDS[regularizer.kind].fields, regularizer),
    ...faultsIn('record', RECORD_FIELDS, record),
  ]);
  if (Object.keys(faults).length > 0) return faults;
  try {
    checkExperiment(experimentDocument(draft));
    return {};
  } catch (error) {
    if (error instanceof ExperimentError) return { [error.path]: error.reason };
    throw error;
  }
}
