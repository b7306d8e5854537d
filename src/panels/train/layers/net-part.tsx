import { useRef, type JSX } from 'react';
import { useStore } from 'zustand';
import {
  isOwnNet,
  type BuiltNet,
  type Experiment,
  type NetChoice,
} from '../../../model/train/experiment.ts';
import { NET_FIELDS } from '../../../model/train/experiment-fields.ts';
import { ARCHITECTURE_LABELS } from '../../../model/net/net-choice.ts';
import { smallCnnRows, type OwnNet } from '../../../model/net/net-rows.ts';
import { SOURCE_SHAPES, type ImageShape } from '../../../model/net/source-shapes.ts';
import { dataStore, storedFor } from '../../../state/data/store.ts';
import { runStore } from '../../../state/train/store.ts';
import { FieldTable } from '../setup/fields.tsx';
import { useRuns } from '../use-runs.ts';
import { LayerList } from './layer-list.tsx';
import styles from './layers.module.css';
import { LAYERS_TEXT as MESSAGES } from './messages.ts';

const OWN = 'own';

/** The field that chooses a net, with the person's own as its last choice. */
const CHOICE = {
  ...NET_FIELDS.architecture,
  choices: { ...NET_FIELDS.architecture.choices, [OWN]: MESSAGES.choice },
};

function setNet(net: NetChoice): void {
  const { draft, setDraft } = runStore.getState();
  setDraft({ ...draft, net });
}

/** Typed words that are no numbers belong to fields whose places change now. */
function dropComplaints(): void {
  const { typed, setFieldError } = runStore.getState();
  for (const path of Object.keys(typed))
    if (path.startsWith('net.')) setFieldError(path, undefined);
}

/** What the net will be fed with; null for own images that are not in this browser. */
function useImages(data: Experiment['data']): ImageShape | null {
  const set = useStore(dataStore, ({ listing }) => storedFor(data, listing));
  if (data.source !== 'own') return SOURCE_SHAPES[data.source];
  if (set === undefined) return null;
  const { channels, height, width, classes } = set;
  return { input: [channels, height, width], classes: classes.length };
}

/** The choice of a net: one that the lab builds, with its width, or the person's own layers. */
export function NetPart({ explained }: { readonly explained: boolean }): JSX.Element {
  const net = useRuns(({ draft }) => draft.net);
  const data = useRuns(({ draft }) => draft.data);
  const fieldErrors = useRuns((state) => state.fieldErrors);
  // Going to and fro loses nothing.
  const kept = useRef<{ own: OwnNet | null; width: number }>({ own: null, width: 1 });
  const images = useImages(data);
  const own = isOwnNet(net);
  const take = ({ architecture, width }: { architecture: string; width: number }): void => {
    if (own) kept.current.own = net;
    else kept.current.width = net.width;
    if (architecture !== OWN) {
      const built = { architecture, width: own ? kept.current.width : width } as BuiltNet;
      if (own) dropComplaints();
      setNet(built);
    } else if (!own) {
      dropComplaints();
      setNet(kept.current.own ?? { rows: smallCnnRows(images?.classes ?? 10) });
    }
  };
  return (
    <>
      <FieldTable
        path="net"
        fields={own ? { architecture: CHOICE } : { ...NET_FIELDS, architecture: CHOICE }}
        values={own ? { architecture: OWN, width: 1 } : net}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={take}
      />
      {own ? (
        <LayerList
          rows={net.rows}
          images={images}
          fieldErrors={fieldErrors}
          onChange={(rows) => setNet({ rows })}
          onReorder={dropComplaints}
        />
      ) : (
        <p className={`${styles.wide ?? ''} ${styles.small ?? ''}`}>
          {ARCHITECTURE_LABELS[net.architecture].summary}
        </p>
      )}
    </>
  );
}
