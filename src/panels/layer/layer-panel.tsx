import { useEffect, type JSX } from 'react';
import type { Focus } from '../../model/layer/focus.ts';
import type { LayerReport } from '../../model/jobs.ts';
import { focusFits } from '../../state/layer/focus-fits.ts';
import { followLayerLink } from '../../state/layer/link.ts';
import { layerStore } from '../../state/layer/store.ts';
import { Controls } from './controls/controls.tsx';
import styles from './layer-panel.module.css';
import { Lemma } from './lemma/lemma.tsx';
import { KernelSection } from './kernel/kernel.tsx';
import { MatrixView } from './matrix/matrix-view.tsx';
import { TEXT } from './messages.ts';
import { Norms } from './norms/norms.tsx';
import { LinkNote } from './share/link-note.tsx';
import { Share } from './share/share.tsx';
import { Slide } from './slide/slide.tsx';
import { PinnedSum } from './sum/pinned-sum.tsx';
import { afterPaint } from '../../ui/after-paint.ts';
import { useLayer, useStagedReport } from './use-layer.ts';

/** A focus as far as M has it: M may be a frame behind. */
function within({ operator }: LayerReport, focus: Focus | null): Focus | null {
  return focus !== null && focusFits(operator, focus) ? focus : null;
}

function Matrix(): JSX.Element {
  const report = useStagedReport('matrix');
  const focus = useLayer((state) => state.focus);
  const pinned = useLayer((state) => state.pinned);
  const colorMode = useLayer((state) => state.colorMode);
  const at = useLayer((state) => state.view.at);
  const square = useLayer((state) => state.view.square);
  const { setFocus, setPinned, setColorMode, setView } = layerStore.getState();
  if (report === null) return <div className={styles.matrix} />;
  return (
    <div className={styles.matrix}>
      <div>
        <LinkNote />
        <Stale />
      </div>
      <MatrixView
        operator={report.operator}
        norms={report.norms}
        focus={within(report, focus)}
        pinned={within(report, pinned)}
        onFocus={setFocus}
        onPin={setPinned}
        colorMode={colorMode}
        onColorMode={setColorMode}
        glance={{ at, square }}
        onGlance={setView}
      />
      <PinnedSum />
    </div>
  );
}

/** Shows that the visible layer is not the requested one. */
function Stale(): JSX.Element {
  const failed = useLayer((state) => state.failure !== null);
  return (
    <p role="status" className={styles.stale} data-shown={failed}>
      {failed && TEXT.controls.stale}
    </p>
  );
}

/** The Layer panel: controls, the unrolled matrix, norms and Lemma 1, all of one layer. */
export function LayerPanel(): JSX.Element {
  // The worker's code is loaded after the first paint, which it would delay.
  useEffect(() => afterPaint(() => followLayerLink(layerStore)), []);
  return (
    <div className={styles.panel}>
      <h1 className="visually-hidden">{TEXT.title}</h1>
      <div className={styles.controls}>
        <Controls />
        <KernelSection />
      </div>
      <Matrix />
      <div className={styles.lemma}>
        <Lemma />
      </div>
      <div className={styles.norms}>
        <Norms />
      </div>
      <div className={styles.more}>
        <Slide />
        <Share />
      </div>
    </div>
  );
}
