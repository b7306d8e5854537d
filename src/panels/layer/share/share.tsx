import { useState, type DragEvent, type JSX } from 'react';
import { queryOf } from '../../../state/layer/link.ts';
import { layerStore } from '../../../state/layer/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ChooseFiles } from '../../../ui/choose-files.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { Pytorch } from './pytorch.tsx';
import styles from './share.module.css';

const MESSAGES = TEXT.share;

/** A file of a layer's weights can be large; more than this no layer of the lab has. */
const MOST_BYTES = 1.5e9;

async function copyLink(): Promise<string> {
  const { query, complete } = await queryOf(layerStore.getState());
  const { origin, pathname } = window.location;
  await navigator.clipboard.writeText(`${origin}${pathname}#/layer?${query}`);
  return complete ? MESSAGES.linkCopied : MESSAGES.linkIncomplete;
}

/** Saves the layer on screen, its weights written out when asked for. */
async function saveJson(withWeights: boolean): Promise<void> {
  const { writeLayerJson } = await import('../../../model/layer/layer-json.ts');
  const { shown, report } = layerStore.getState();
  if (shown === null || report === null) return;
  const { source } = shown;
  const name =
    source.kind === 'values'
      ? source.name
      : `${source.kind}${'seed' in source ? `, seed ${source.seed}` : ''}`;
  const values = report.operator.kernel;
  const spec = withWeights
    ? { ...shown, source: { kind: 'values' as const, values, name } }
    : shown;
  saveFile(MESSAGES.jsonName, writeLayerJson(spec), 'application/json');
}

async function openJson(file: File): Promise<void> {
  if (file.size > MOST_BYTES) throw new Error(MESSAGES.tooLarge);
  const { parseLayerJson } = await import('../../../model/layer/layer-json.ts');
  layerStore.getState().setSpec(parseLayerJson(await file.text()));
}

function useSaid(): [string, (work: () => Promise<string | undefined>) => void] {
  const [said, setSaid] = useState('');
  const run = (work: () => Promise<string | undefined>): void => {
    setSaid('');
    work().then(
      (text) => setSaid(text ?? ''),
      (error: unknown) => setSaid((error as Error).message),
    );
  };
  return [said, run];
}

/** Opens a layer's JSON, by picking or dropping it. */
function Intake({ run }: { readonly run: ReturnType<typeof useSaid>[1] }): JSX.Element {
  const open = (file: File | undefined): void => {
    if (file === undefined) return;
    run(async () => {
      try {
        await openJson(file);
        return `${MESSAGES.opened} ${file.name}.`;
      } catch (error) {
        throw new Error(`${file.name}: ${(error as Error).message}`, { cause: error });
      }
    });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button does what dropping does
    <div
      className={styles.drop}
      role="group"
      aria-label={MESSAGES.open}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <ChooseFiles
        choice="one"
        label={MESSAGES.open}
        accept=".json,application/json"
        onFiles={([file]) => open(file)}
      />
      <span>{MESSAGES.orDrop}</span>
    </div>
  );
}

/** Export and import of the layer. */
export function Share(): JSX.Element {
  const complete = useLayer((state) => state.linkComplete);
  const [said, run] = useSaid();
  const save = (withWeights: boolean): void =>
    run(async () => {
      await saveJson(withWeights);
      return undefined;
    });
  return (
    <section aria-labelledby="share-title" className={styles.share}>
      <h2 id="share-title">{MESSAGES.title}</h2>
      <div className={styles.buttons}>
        <Button onClick={() => run(copyLink)}>{MESSAGES.copyLink}</Button>
        <Button onClick={() => save(false)}>{MESSAGES.json}</Button>
        <Button onClick={() => save(true)}>{MESSAGES.jsonWeights}</Button>
      </div>
      <Intake run={run} />
      <p role="status" className={styles.said}>
        {said === '' && !complete ? MESSAGES.linkIncomplete : said}
      </p>
      <Pytorch />
    </section>
  );
}
