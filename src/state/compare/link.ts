import { decodeFigureView, encodeFigureView } from '../../model/compare/figure-link.ts';
import { FIGURE_2 } from '../../model/compare/figure-view.ts';
import type { CompareStore } from './store.ts';
import { followQuery } from '../follow-query.ts';
import type { LinkWindow } from '../layer/link.ts';

function readQuery({ getState }: CompareStore, query: string): void {
  const { setView, setLinkProblem } = getState();
  try {
    setView(decodeFigureView(query));
  } catch (error) {
    setView(FIGURE_2);
    setLinkProblem((error as Error).message);
  }
}

/**
 * Keeps what the figures show and the address in step, both ways, until the returned function is called.
 * A link that cannot be read stays in the address until something is changed.
 */
export function followCompareLink(store: CompareStore, page?: LinkWindow): () => void {
  return followQuery(
    {
      place: '#/compare',
      query: () => encodeFigureView(store.getState().view),
      open: (query) => readQuery(store, query),
      subscribe: (changed) =>
        store.subscribe((state, before) => {
          if (state.view !== before.view && state.linkProblem === null) changed();
        }),
    },
    page,
  );
}
