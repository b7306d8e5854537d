import {
  checkExperiment,
  DEFAULT_EXPERIMENT,
  defaultAdversarial,
  defaultRegularizer,
  EXPERIMENT_FORMAT,
  EXPERIMENT_VERSION,
  ExperimentError,
  type Experiment,
} from '../../model/train/experiment.ts';
import { documentOfQuery, documentQuery, leavesOf } from '../document-link.ts';

/** What a link leaves unsaid: the default, and the own defaults of what has kinds. */
function unsaid({ adversarial, regularizer }: Experiment): ReturnType<typeof leavesOf> {
  const before = leavesOf({
    ...DEFAULT_EXPERIMENT,
    adversarial: defaultAdversarial(adversarial.kind),
    regularizer: defaultRegularizer(regularizer.kind),
  });
  if (adversarial.kind !== 'none') before.delete('adversarial.kind');
  if (regularizer.kind !== 'none') before.delete('regularizer.kind');
  return before;
}

/**
 * An experiment as the query of a link: only what differs from the default, by the document's own paths:
 * `data.train=200&regularizer.kind=weight-decay&regularizer.lambda=0.01`. Empty for the default.
 */
export function experimentQuery(experiment: Experiment): string {
  return documentQuery(experiment, unsaid(experiment));
}

/**
 * The experiment that a query describes.
 *
 * @throws ExperimentError naming the part that cannot be read.
 */
export function experimentOfQuery(query: string): Experiment {
  const head = { format: EXPERIMENT_FORMAT, version: EXPERIMENT_VERSION };
  const refuse = (path: string, reason: string): Error => new ExperimentError(path, reason);
  return checkExperiment(documentOfQuery(query, head, refuse));
}
