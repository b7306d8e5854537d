import type { JSX } from 'react';
import type { MissingImages } from '../../../state/data/store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatBytes } from '../labels.ts';
import { DATA_TEXT } from './messages.ts';
import { fetchAndChoose, useData } from './use-data.ts';

const MESSAGES = DATA_TEXT.wanted;

/** Id of the part of the form where images come in. */
export const INTAKE = 'images-intake';

/** Opens the part where images come in, and puts the focus on the choice of a folder. */
function openIntake(): void {
  const intake = document.getElementById(INTAKE) as HTMLDetailsElement | null;
  if (intake === null) return;
  intake.open = true;
  intake.scrollIntoView({ block: 'nearest' });
  intake.querySelector<HTMLElement>('button[data-folder="true"]')?.focus();
}

/** Why no run can start from the images as they are, in a sentence. */
export function useWantedLabels(missing: MissingImages | null): string | null {
  const work = useData((state) => state.work);
  if (missing === null) return null;
  if (missing.kind === 'own')
    return missing.name === '' ? MESSAGES.none : MESSAGES.gone(missing.name);
  const { id, name } = missing.known;
  return work?.name === id ? MESSAGES.fetching(name) : DATA_TEXT.missing(name);
}

/** A button that leads to the missing images of a new run. */
export function WayToImages({ missing }: { readonly missing: MissingImages }): JSX.Element {
  const busy = useData(({ work }) => work !== null);
  if (missing.kind === 'own') {
    return (
      <Button kind="primary" onClick={openIntake}>
        {missing.name === '' ? MESSAGES.choose : MESSAGES.addAgain}
      </Button>
    );
  }
  const { id, name, download } = missing.known;
  return (
    <Button kind="primary" disabled={busy} onClick={() => void fetchAndChoose(id)}>
      {DATA_TEXT.fetch(name, formatBytes(download))}
    </Button>
  );
}
