import { useRef, useState, type DragEvent, type JSX } from 'react';
import { useStore } from 'zustand';
import { attacksOf, type AttackPlan } from '../../../model/attack/plan.ts';
import { planWords } from '../../../model/attack/labels.ts';
import type { AttackSubject, EvaluationProgress } from '../../../model/attack/evaluation.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import type { PictureShape } from '../image/pixels.ts';
import { attackName, className } from '../image/labels.ts';
import { pictureOfFile, PictureFileError } from './decode-file.ts';
import { DrawingCanvas } from './drawing-canvas.tsx';
import { blankSheet, undone, withNew } from './drawing.ts';
import { OWN_TEXT as WORDS } from './messages.ts';
import { OwnResultView } from './own-result.tsx';
import styles from './own.module.css';
import { FIRST_TOOL, penOf, Tools } from './tools.tsx';
import { useOwnAttack, type OwnAttack } from './use-own-attack.ts';
import { samplePicture, useSample, useSubjectFacts } from './use-subject.ts';

interface Facts {
  readonly shape: PictureShape;
  readonly classes: number;
}

function takesWords({ shape: [height, width, channels], classes }: Facts): string {
  const colors =
    channels === 1 ? WORDS.grey : channels === 3 ? WORDS.color : WORDS.channels(channels);
  return WORDS.netTakes({ height, width, colors, classes });
}

/** The picture under the person's hand, and what can be done to it. */
function useSheet(shape: PictureShape) {
  const [sheet, setSheet] = useState(() => blankSheet(shape));
  const [fault, setFault] = useState<string | null>(null);
  const replace = (image: Float32Array): void => setSheet((before) => withNew(before, image));
  const takeFile = async (file: File | undefined): Promise<void> => {
    setFault(file === undefined ? WORDS.files.noFile : null);
    if (file === undefined) return;
    try {
      replace(await pictureOfFile(file, shape));
    } catch (error) {
      if (!(error instanceof PictureFileError)) throw error;
      setFault(error.message);
    }
  };
  return {
    sheet,
    fault,
    replace,
    takeFile,
    draw: (image: Float32Array, begins: boolean) =>
      setSheet((before) => (begins ? withNew(before, image) : { ...before, image })),
    undo: () => setSheet(undone),
    clear: () => replace(blankSheet(shape).image),
  };
}

function FileRow({ onFile }: { readonly onFile: (file: File | undefined) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.fileRow}>
      <Button onClick={() => input.current?.click()}>{WORDS.file}</Button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp,image/bmp"
        hidden
        aria-label={WORDS.file}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // The same file may be chosen again after it was mended.
          target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
      <p className={styles.small}>{WORDS.drop}</p>
    </div>
  );
}

function progressWords(plan: AttackPlan, progress: EvaluationProgress | null): string {
  if (progress === null || progress.attack === null) return WORDS.working;
  const attacks = attacksOf(plan);
  const { attack, seconds } = progress;
  return WORDS.attacking(
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
  const plan = useStore(attackStore, (state) => state.plan);
  const running = attack.state === 'running';
  return (
    <div className={styles.go}>
      <Select
        label={WORDS.label}
        value={String(label ?? OWN)}
        options={[
          { value: OWN, label: WORDS.ownAnswer },
          ...Array.from({ length: count }, (_, at) => ({
            value: String(at),
            label: className(names, at),
          })),
        ]}
        onChange={(value) => onLabel(value === OWN ? null : Number(value))}
      />
      <p className={styles.small}>{WORDS.plan(planWords(plan))}</p>
      <div className={styles.buttons}>
        {running ? (
          <Button onClick={onStop}>{WORDS.stop}</Button>
        ) : (
          <Button kind="primary" onClick={onBegin}>
            {WORDS.attack}
          </Button>
        )}
        {running && <span>{progressWords(plan, attack.progress)}</span>}
      </div>
      {attack.state === 'failed' && (
        <ErrorNote title={WORDS.attackFailed}>
          <p>{attack.why}</p>
        </ErrorNote>
      )}
    </div>
  );
}

function Studio({ facts }: { readonly facts: Facts }): JSX.Element {
  const { shape, classes } = facts;
  const images = useStore(attackStore, ({ plan }) => plan.images);
  const sample = useSample(images, facts);
  const { sheet, fault, replace, takeFile, draw, undo, clear } = useSheet(shape);
  const [tool, setTool] = useState(FIRST_TOOL);
  const [label, setLabel] = useState<number | null>(null);
  const [over, setOver] = useState(false);
  const { attack, begin, stop } = useOwnAttack();
  const names = sample?.labels ?? [];
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void takeFile(event.dataTransfer.files[0]);
  };
  return (
    <>
      <p className={styles.small}>{takesWords(facts)}</p>
      <div className={styles.studio}>
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
          <DrawingCanvas image={sheet.image} shape={shape} pen={penOf(tool, shape)} onDraw={draw} />
          <p className={styles.small}>{WORDS.help}</p>
        </div>
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
              label={WORDS.start}
              value=""
              options={[
                { value: '', label: WORDS.startBlank },
                ...names.map((name, at) => ({ value: String(at), label: WORDS.startOf(name) })),
              ]}
              onChange={(value) => value !== '' && replace(samplePicture(sample, Number(value)))}
            />
          )}
          <FileRow onFile={(file) => void takeFile(file)} />
          {fault !== null && (
            <p role="alert" className={styles.fault}>
              {fault}
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
  if (facts === null) return <p role="status">{WORDS.asking}</p>;
  if ('why' in facts) {
    return (
      <ErrorNote title={WORDS.failed}>
        <p>{facts.why}</p>
      </ErrorNote>
    );
  }
  return <Studio key={`${subject.id} ${facts.shape.join()}`} facts={facts} />;
}

/** A picture drawn or taken from a file, attacked with the form's net and plan. */
export function OwnPicture(): JSX.Element {
  const subject = useStore(attackStore, (state) => state.subject);
  return (
    <section aria-label={WORDS.title} className={styles.own}>
      <h2>{WORDS.title}</h2>
      <p className={styles.teach}>{WORDS.teach}</p>
      {subject === null ? <p>{WORDS.noNet}</p> : <Chosen subject={subject} />}
    </section>
  );
}
