import { useState, type DragEvent, type JSX, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { attacksOf, type AttackPlan } from '../../../model/attack/plan.ts';
import { formatPlan } from '../../../model/attack/labels.ts';
import type { AttackSubject, EvaluationProgress } from '../../../model/attack/evaluation.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ChooseFiles } from '../../../ui/choose-files.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import type { ImageShape } from '../image/pixels.ts';
import { attackName, className } from '../image/labels.ts';
import { imageOfFile, ImageFileError } from './decode-file.ts';
import { DrawingCanvas } from './drawing-canvas.tsx';
import { blankSheet, undone, withNew } from './drawing.ts';
import { OWN_TEXT as MESSAGES } from './messages.ts';
import { OwnResultView } from './own-result.tsx';
import styles from './own.module.css';
import { FIRST_TOOL, penOf, Tools } from './tools.tsx';
import { useOwnAttack, type OwnAttack } from './use-own-attack.ts';
import { sampleImage, useSample, useSubjectFacts } from './use-subject.ts';

interface Facts {
  readonly shape: ImageShape;
  readonly classes: number;
}

function formatDuration({ shape: [height, width, channels], classes }: Facts): string {
  const colors =
    channels === 1 ? MESSAGES.grey : channels === 3 ? MESSAGES.color : MESSAGES.channels(channels);
  return MESSAGES.netTakes({ height, width, colors, classes });
}

/** The drawn image and its tools. */
function useSheet(shape: ImageShape) {
  const [sheet, setSheet] = useState(() => blankSheet(shape));
  const [error, setError] = useState<string | null>(null);
  const replace = (image: Float32Array): void => setSheet((before) => withNew(before, image));
  const takeFile = async (file: File | undefined): Promise<void> => {
    setError(file === undefined ? MESSAGES.files.noFile : null);
    if (file === undefined) return;
    try {
      replace(await imageOfFile(file, shape));
    } catch (error) {
      if (!(error instanceof ImageFileError)) throw error;
      setError(error.message);
    }
  };
  return {
    sheet,
    error,
    replace,
    takeFile,
    draw: (image: Float32Array, begins: boolean) =>
      setSheet((before) => (begins ? withNew(before, image) : { ...before, image })),
    undo: () => setSheet(undone),
    clear: () => replace(blankSheet(shape).image),
  };
}

function FileRow({ onFile }: { readonly onFile: (file: File | undefined) => void }): JSX.Element {
  return (
    <div className={styles.fileRow}>
      <ChooseFiles
        choice="one"
        label={MESSAGES.file}
        accept="image/png,image/jpeg,image/gif,image/webp,image/bmp"
        onFiles={([file]) => onFile(file)}
      />
      <p className={styles.small}>{MESSAGES.drop}</p>
    </div>
  );
}

function formatProgress(plan: AttackPlan, progress: EvaluationProgress | null): string {
  if (progress === null || progress.attack === null) return MESSAGES.working;
  const attacks = attacksOf(plan);
  const { attack, seconds } = progress;
  return MESSAGES.attacking(
    attackName(attacks[attack]),
    attack + 1,
    attacks.length,
    formatNumber(Math.round(seconds)),
  );
}

interface GoProps {
  readonly attack: OwnAttack;
  readonly names: readonly string[];
  readonly count: number;
  readonly label: number | null;
  readonly onLabel: (label: number | null) => void;
  readonly onBegin: () => void;
  readonly onStop: () => void;
}

const OWN = 'own';

/** The label, and the button that attacks. */
function Go({ attack, names, count, label, onLabel, onBegin, onStop }: GoProps): JSX.Element {
  const plan = useStore(attackStore, (state) => state.accepted);
  const running = attack.state === 'running';
  return (
    <div className={styles.go}>
      <Select
        label={MESSAGES.label}
        value={String(label ?? OWN)}
        options={[
          { value: OWN, label: MESSAGES.ownAnswer },
          ...Array.from({ length: count }, (_, at) => ({
            value: String(at),
            label: className(names, at),
          })),
        ]}
        onChange={(value) => onLabel(value === OWN ? null : Number(value))}
      />
      <p className={styles.small}>{MESSAGES.plan(formatPlan(plan))}</p>
      <div className={styles.buttons}>
        {running ? (
          <Button onClick={onStop}>{MESSAGES.stop}</Button>
        ) : (
          <Button kind="primary" onClick={onBegin}>
            {MESSAGES.attack}
          </Button>
        )}
        {running && <span>{formatProgress(plan, attack.progress)}</span>}
      </div>
      {attack.state === 'failed' && (
        <ErrorNote title={MESSAGES.attackFailed}>
          <p>{attack.why}</p>
        </ErrorNote>
      )}
    </div>
  );
}

interface DropAreaProps {
  readonly onFile: (file: File | undefined) => void;
  readonly children: ReactNode;
}

/** The sheet, which takes a dropped image file. */
function DropArea({ onFile, children }: DropAreaProps): JSX.Element {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={styles.sheet}
      data-over={over}
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      {children}
    </div>
  );
}

function Studio({ facts }: { readonly facts: Facts }): JSX.Element {
  const { shape, classes } = facts;
  const images = useStore(attackStore, ({ accepted }) => accepted.images);
  const sample = useSample(images, facts);
  const { sheet, error, replace, takeFile, draw, undo, clear } = useSheet(shape);
  const [tool, setTool] = useState(FIRST_TOOL);
  const [label, setLabel] = useState<number | null>(null);
  const { attack, begin, stop } = useOwnAttack();
  const names = sample?.labels ?? [];
  return (
    <>
      <p className={styles.small}>{formatDuration(facts)}</p>
      <div className={styles.studio}>
        <DropArea onFile={(file) => void takeFile(file)}>
          <DrawingCanvas image={sheet.image} shape={shape} pen={penOf(tool, shape)} onDraw={draw} />
          <p className={styles.small}>{MESSAGES.help}</p>
        </DropArea>
        <div className={styles.side}>
          <Tools
            tool={tool}
            shape={shape}
            canUndo={sheet.past.length > 0}
            onTool={setTool}
            onUndo={undo}
            onClear={clear}
          />
          {sample !== null && (
            <Select
              label={MESSAGES.start}
              value=""
              options={[
                { value: '', label: MESSAGES.startBlank },
                ...names.map((name, at) => ({ value: String(at), label: MESSAGES.startOf(name) })),
              ]}
              onChange={(value) => value !== '' && replace(sampleImage(sample, Number(value)))}
            />
          )}
          <FileRow onFile={(file) => void takeFile(file)} />
          {error !== null && (
            <p role="alert" className={styles.error}>
              {error}
            </p>
          )}
        </div>
        <Go
          attack={attack}
          names={names}
          count={classes}
          label={label}
          onLabel={setLabel}
          onBegin={() => begin(sheet.image, label)}
          onStop={stop}
        />
      </div>
      {attack.state === 'done' && (
        <OwnResultView key={attack.result.turn} result={attack.result} classes={names} />
      )}
    </>
  );
}

function Chosen({ subject }: { readonly subject: AttackSubject }): JSX.Element {
  const facts = useSubjectFacts(subject);
  if (facts === null) return <p role="status">{MESSAGES.asking}</p>;
  if ('why' in facts) {
    return (
      <ErrorNote title={MESSAGES.failed}>
        <p>{facts.why}</p>
      </ErrorNote>
    );
  }
  return <Studio key={`${subject.id} ${facts.shape.join()}`} facts={facts} />;
}

/** An image drawn or taken from a file, attacked with the form's net and plan. */
export function OwnImage(): JSX.Element {
  const subject = useStore(attackStore, (state) => state.subject);
  return (
    <section aria-label={MESSAGES.title} className={styles.own}>
      <h2>{MESSAGES.title}</h2>
      <p className={styles.teach}>{MESSAGES.teach}</p>
      {subject === null ? <p>{MESSAGES.noNet}</p> : <Chosen subject={subject} />}
    </section>
  );
}
