import { useState, type DragEvent, type JSX } from 'react';
import type { NetEntry } from '../../state/net/store.ts';
import { useStaged } from '../../ui/use-staged.ts';
import { DensityFigure } from './density-figure.tsx';
import { Intake } from './intake.tsx';
import { LayerTable } from './layer-table.tsx';
import { TEXT } from './messages.ts';
import { NetList } from './net-list.tsx';
import styles from './net.module.css';
import { useNet } from './use-net.ts';

const NO_NETS: readonly NetEntry[] = [];

function Teaching(): JSX.Element {
  return (
    <section aria-label={TEXT.title} className={styles.teaching}>
      <p>{TEXT.empty.what}</p>
      <p>{TEXT.empty.convert}</p>
      <pre className={styles.snippet}>
        <code>{TEXT.empty.snippet}</code>
      </pre>
    </section>
  );
}

/** The net inspector: weights in, the norms of all layers out. */
export function NetPanel(): JSX.Element {
  const nets = useNet((state) => state.nets);
  const selected = useNet((state) => state.selected);
  const open = useNet((state) => state.open);
  const [over, setOver] = useState(false);
  // The figure follows a frame after the table: both at once would hold up the page.
  const drawn = useStaged(nets, NO_NETS, 0);
  const entry = nets.find(({ summary }) => summary.id === selected);

  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) void open(files);
  };
  const onDragLeave = (event: DragEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  return (
    <div className={styles.panel} onDragOver={onDragOver} onDrop={onDrop} onDragLeave={onDragLeave}>
      <h1 className={styles.title}>{TEXT.title}</h1>
      <div className={styles.side}>
        <Intake over={over} />
        <NetList />
        {drawn.length > 0 && <DensityFigure nets={drawn} />}
      </div>
      {entry === undefined ? <Teaching /> : <LayerTable key={entry.summary.id} entry={entry} />}
    </div>
  );
}
