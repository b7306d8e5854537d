import { useDeferredValue, useEffect, type JSX } from 'react';
import { useStore } from 'zustand';
import { BarsFigure } from '../../figures/bars-figure.tsx';
import { DensityFigure } from '../../figures/density-figure.tsx';
import { wantedLayers, type FigureEntry } from '../../figures/entries.ts';
import {
  AxisChoice,
  BandwidthChoice,
  GroupChoice,
  NormChoice,
} from '../../figures/view-options.tsx';
import type { FigureView } from '../../model/compare/figure-view.ts';
import { attackStore } from '../../state/attack/store.ts';
import { followCompareLink } from '../../state/compare/link.ts';
import { compareStore } from '../../state/compare/store.ts';
import { netStore } from '../../state/net/store.ts';
import { runStore } from '../../state/train/store.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Select } from '../../ui/select.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { AccuracyFigure } from './accuracy-figure.tsx';
import styles from './compare.module.css';
import { CurvesFigure } from './curves-figure.tsx';
import { EntryList } from './entry-list.tsx';
import { TEXT } from './messages.ts';
import { attackNamesOf } from './robust.ts';
import { useCompare, useCompared, useFinished, type Compared } from './use-entries.ts';

/** Wider figures hold no more. */
const MOST_WIDTH = 960;
const NOTHING: Compared = { runs: [], entries: [], shown: [] };

function Empty(): JSX.Element {
  const opening = useStore(netStore, (state) => state.opening !== null);
  const failure = useStore(netStore, (state) => state.failure);
  const words = TEXT.empty;
  return (
    <section aria-label={words.title} className={styles.empty}>
      <h2>{words.title}</h2>
      <p>{words.what}</p>
      <p>{words.how}</p>
      <p className={styles.ways}>
        <Button
          kind="primary"
          disabled={opening}
          onClick={() => void netStore.getState().open('example')}
        >
          {opening ? words.opening : words.example}
        </Button>
        <a href="#/net">{words.net}</a>
        <a href="#/train">{words.train}</a>
      </p>
      {failure !== null && <p role="alert">{failure.message}</p>}
    </section>
  );
}

/** No attack has an empty name. */
const ANY = '';

/** Choice of the attack, when nets were attacked by several. */
function WayChoice(): JSX.Element | null {
  const finished = useFinished();
  const attack = useCompare((state) => state.attack);
  const setAttack = useCompare((state) => state.setAttack);
  const attacks = attackNamesOf(finished);
  if (attacks.length < 2) return null;
  return (
    <div className={styles.wide}>
      <Select
        label={TEXT.options.attackChoice}
        value={attack !== null && attacks.includes(attack) ? attack : ANY}
        options={[
          { value: ANY, label: TEXT.options.anyAttack },
          ...attacks.map((one) => ({ value: one, label: one })),
        ]}
        onChange={(next) => setAttack(next === ANY ? null : next)}
      />
    </div>
  );
}

function Options(): JSX.Element {
  const view = useCompare((state) => state.view);
  const change = useCompare((state) => state.setView);
  return (
    <section aria-label={TEXT.options.title} className={styles.part}>
      <h2>{TEXT.options.title}</h2>
      <div className={styles.options}>
        <NormChoice view={view} change={change} />
        <AxisChoice view={view} change={change} />
        <BandwidthChoice view={view} change={change} />
        <GroupChoice view={view} change={change} dropped />
        <WayChoice />
      </div>
    </section>
  );
}

/** Why nothing can be drawn; null when something can. */
function obstacle(shown: readonly FigureEntry[], view: FigureView): string | null {
  if (shown.length === 0) return TEXT.entries.noneShown;
  const any = shown.some((entry) => wantedLayers(entry, view).length > 0);
  return any ? null : TEXT.entries.noLayers;
}

interface FiguresProps {
  readonly compared: Compared;
  readonly view: FigureView;
  readonly width: number;
}

function Figures({ compared, view, width }: FiguresProps): JSX.Element {
  const { runs, shown } = compared;
  const problem = obstacle(shown, view);
  return (
    <>
      {problem === null ? (
        <>
          <DensityFigure entries={shown} view={view} width={width} />
          <BarsFigure entries={shown} view={view} width={width} />
        </>
      ) : (
        <p role="status">{problem}</p>
      )}
      <AccuracyFigure entries={shown} width={width} />
      <CurvesFigure runs={runs} shown={shown} view={view} width={width} />
    </>
  );
}

function LinkProblem(): JSX.Element | null {
  const problem = useCompare((state) => state.linkProblem);
  if (problem === null) return null;
  return (
    <ErrorNote title={TEXT.badLink}>
      <p className={styles.wrap}>{problem.message}</p>
      <p>{TEXT.badLinkHelp}</p>
    </ErrorNote>
  );
}

function ListProblem(): JSX.Element | null {
  const listed = useStore(runStore, (state) => state.listed);
  const failure = useStore(runStore, (state) => state.failure);
  const runs = useStore(runStore, (state) => state.runs.length);
  if (!listed || failure?.what !== 'list' || runs > 0) return null;
  return <p className={styles.small}>{TEXT.entries.listFailed(failure.message)}</p>;
}

/** Runs and nets over each other: density, layer by layer, over training. */
export function ComparePanel(): JSX.Element {
  const compared = useCompared();
  const view = useCompare((state) => state.view);
  const [column, room] = useWidth<HTMLDivElement>(480);
  // Controls respond at once; the figures follow when the page is idle.
  const drawn = useDeferredValue(compared, NOTHING);
  const drawnView = useDeferredValue(view);
  useEffect(() => followCompareLink(compareStore), []);
  useEffect(() => void runStore.getState().list(), []);
  useEffect(() => void attackStore.getState().list(), []);
  const any = compared.entries.length > 0;
  const width = Math.min(MOST_WIDTH, Math.max(280, room));
  return (
    <div className={styles.panel}>
      <h1 className={styles.title}>{TEXT.title}</h1>
      <div className={styles.side}>
        <LinkProblem />
        {any && <EntryList entries={compared.entries} runs={compared.runs} />}
        <ListProblem />
        {any && <Options />}
      </div>
      <div ref={column} className={styles.figures} data-empty={!any}>
        {!any && <Empty />}
        {drawn.entries.length > 0 && any && (
          <Figures compared={drawn} view={drawnView} width={width} />
        )}
      </div>
    </div>
  );
}
