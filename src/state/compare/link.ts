import { decodeFigureView, encodeFigureView } from '../../model/compare/figure-link.ts';
import { FIGURE_2 } from '../../model/compare/figure-view.ts';
import type { CompareStore } from './store.ts';
import { followLink, type LinkWindow } from '../follow-link.ts';

/** Synchronizes the figures' view and the address until the returned function is called. */
export function followCompareLink(store: CompareStore, page?: LinkWindow): () => void {
  return followLink(
    store,
    {
      place: '#/compare',
      encode: encodeFigureView,
      decode: decodeFigureView,
      fallback: FIGURE_2,
      shown: ({ view }) => view,
      open: (view) => store.getState().setView(view),
    },
    page,
  );
}
