import { DEFAULT_EXPERIMENT, type Experiment } from '../spec/experiment.ts';
import { experimentOfQuery, experimentQuery } from './experiment-link.ts';
import type { LinkWindow } from './layer-link.ts';
import type { RunState, RunStore } from './run-store.ts';

const PLACE = '#/train';
const PREFIX = `${PLACE}?`;
/** Rests between two writes of the address: browsers refuse more than about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;

/** The experiment that is on screen: of the chosen run, else of the form. */
export function shownExperiment({ runs, selected, experiment }: RunState): Experiment {
  return runs.find(({ summary: { id } }) => id === selected)?.summary.experiment ?? experiment;
}

/** The hash of the link to what is on screen. */
export function trainHash(state: RunState): string {
  const query = experimentQuery(shownExperiment(state));
  return query === '' ? PLACE : PREFIX + query;
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
export function followTrainLink(store: RunStore, page: LinkWindow = window): () => void {
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = (): void => {
    // Another panel may have been opened meanwhile.
    if (!page.location.hash.startsWith(PLACE)) return;
    written = trainHash(store.getState());
    page.history.replaceState(null, '', written);
  };
  const read = (): void => {
    const { hash } = page.location;
    if (hash === written || !hash.startsWith(PLACE)) return;
    clearTimeout(timer);
    // The bare name of the panel opens it as it was left.
    if (hash.startsWith(PREFIX)) {
      openQuery(store, hash.slice(PREFIX.length));
      written = hash;
    } else {
      write();
    }
  };
  const unsubscribe = store.subscribe((state, before) => {
    if (shownExperiment(state) === shownExperiment(before)) return;
    if (state.linkProblem !== null && shownExperiment(state) === DEFAULT_EXPERIMENT) return;
    if (state.linkProblem !== null) state.setLinkProblem(null);
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  });
  page.addEventListener('hashchange', read);
  read();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    page.removeEventListener('hashchange', read);
  };
}
