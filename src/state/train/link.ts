import { DEFAULT_EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import { experimentOfQuery, experimentQuery } from './experiment-link.ts';
import { followQuery } from '../follow-query.ts';
import type { LinkWindow } from '../layer/link.ts';
import type { RunState, RunStore } from './store.ts';

const PLACE = '#/train';

/** The experiment that is on screen: of the chosen run, else of the form. */
export function shownExperiment({ runs, selected, experiment }: RunState): Experiment {
  return runs.find(({ summary: { id } }) => id === selected)?.summary.experiment ?? experiment;
}

/** The hash of the link to what is on screen. */
export function trainHash(state: RunState): string {
  const query = experimentQuery(shownExperiment(state));
  return query === '' ? PLACE : `${PLACE}?${query}`;
}

/** Puts the experiment of a query into the form; of a bad one it says what is wrong. */
function openQuery(store: RunStore, query: string): void {
  const { setDraft, select, setLinkProblem } = store.getState();
  select(null);
  try {
    setDraft(experimentOfQuery(query));
    setLinkProblem(null);
  } catch (error) {
    setLinkProblem((error as Error).message);
    setDraft(DEFAULT_EXPERIMENT);
  }
}

/**
 * Keeps the form and the address in step, both ways, until the returned function is called. A link that
 * cannot be read stays in the address until something is changed.
 */
export function followTrainLink(store: RunStore, page?: LinkWindow): () => void {
  return followQuery(
    {
      place: PLACE,
      query: () => experimentQuery(shownExperiment(store.getState())),
      open: (query) => openQuery(store, query),
      subscribe: (changed) =>
        store.subscribe((state, before) => {
          if (shownExperiment(state) === shownExperiment(before)) return;
          if (state.linkProblem !== null && shownExperiment(state) === DEFAULT_EXPERIMENT) return;
          if (state.linkProblem !== null) state.setLinkProblem(null);
          changed();
        }),
    },
    page,
  );
}
