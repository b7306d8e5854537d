import { useEffect, type JSX } from 'react';
import { layerStore } from '../../state/layer-store.ts';
import { Controls } from './controls/controls.tsx';
import styles from './layer-panel.module.css';
import { TEXT } from './messages.ts';
import { Norms } from './norms/norms.tsx';
import { useLayer } from './use-layer.ts';

/** The Layer panel: controls, the unrolled matrix, norms and Lemma 1, all of one layer. */
export function LayerPanel(): JSX.Element {
  const failed = useLayer((state) => state.failure !== null);
  useEffect(() => {
    const { report, spec, setSpec } = layerStore.getState();
    if (report === null) setSpec(spec);
  }, []);
  return (
    <div className={styles.panel} data-stale={failed}>
      <h1 className="visually-hidden">{TEXT.title}</h1>
      <Controls />
      <Norms />
    </div>
  );
}
