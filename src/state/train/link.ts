import { DEFAULT_EXPERIMENT, EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import { followLink, linkHash, type LinkWindow } from '../follow-link.ts';
import type { RunState, RunStore } from './store.ts';

const PLACE = '#/train';

/** The experiment on screen: of the selected run, else of the form. */
export function shownExperiment({ runs, selected, accepted }: RunState): Experiment {
  return runs.find(({ summary: { id } }) => id === selected)?.summary.experiment ?? accepted;
}

/** The hash of the link to the experiment on screen. */
export function trainHash(state: RunState): string {
  return linkHash(PLACE, EXPERIMENT.encodeQuery(shownExperiment(state)));
}

/** Synchronizes the form and the address until the returned function is called. */
export function followTrainLink(store: RunStore, page?: LinkWindow): () => void {
  return followLink(
    store,
    {
      place: PLACE,
      encode: EXPERIMENT.encodeQuery,
      decode: EXPERIMENT.decodeQuery,
      fallback: DEFAULT_EXPERIMENT,
      shown: shownExperiment,
      open: (experiment) => {
        const { select, setDraft } = store.getState();
        select(null);
        setDraft(experiment);
      },
    },
    page,
  );
}
