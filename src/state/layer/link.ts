import { DEFAULT_LAYER } from '../../model/layer/layer.ts';
import { FIRST_VIEW } from '../../model/layer/layer-view.ts';
import { decodeLink } from '../../model/layer/link-read.ts';
import { encodeLink } from '../../model/layer/link.ts';
import type { EncodedLink } from '../../model/layer/link-format.ts';
import type { MatrixColorMode } from '../../model/layer/matrix-view.ts';
import { followLink, type LinkWindow } from '../follow-link.ts';
import type { LayerState, OpenedLayer } from './state.ts';
import type { LayerStore } from './store.ts';

const MODES: readonly MatrixColorMode[] = ['value', 'tap', 'tap-set'];

async function encodeLayer({ colorMode, ...layer }: OpenedLayer): Promise<EncodedLink> {
  return encodeLink({ ...layer, color: colorMode === 'value' ? null : colorMode });
}

async function decodeLayer(query: string): Promise<OpenedLayer> {
  const { color, ...layer } = await decodeLink(query);
  return { ...layer, colorMode: MODES.find((mode) => mode === color) ?? 'value' };
}

function shownLayer({ spec, pinned, colorMode, view }: LayerState): OpenedLayer {
  return { spec, pinned, colorMode, view };
}

/** The query of the link to the layer on screen; incomplete when it cannot hold the weights. */
export async function queryOf(state: LayerState): Promise<EncodedLink> {
  return encodeLayer(shownLayer(state));
}

/** Synchronizes the store and the address until the returned function is called. */
export function followLayerLink(store: LayerStore, page?: LinkWindow): () => void {
  return followLink(
    store,
    {
      place: '#/layer',
      home: true,
      encode: async (layer) => {
        const { query, complete } = await encodeLayer(layer);
        store.getState().setLinkComplete(complete);
        return query;
      },
      decode: decodeLayer,
      fallback: { spec: DEFAULT_LAYER, pinned: null, colorMode: 'value', view: FIRST_VIEW },
      shown: shownLayer,
      same: (a, b) =>
        (['spec', 'pinned', 'colorMode', 'view'] as const).every((key) => a[key] === b[key]),
      isFallback: ({ spec }) => spec === DEFAULT_LAYER,
      open: (layer) => store.getState().open(layer),
      keep: () => {
        const { report, spec, setSpec } = store.getState();
        if (report === null) setSpec(spec);
      },
    },
    page,
  );
}
