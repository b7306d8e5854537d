import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  describedBy,
  openPage,
  reopenPage,
  resetStore,
  stripSpace,
} from '../../app/testing/open-page.tsx';
import { layerStore } from '../../state/layer/store.ts';

/** A layer whose norms can be found in the head: K = [-1 … 8 … -1] on one channel, whole windows. */
const LAPLACIAN = 'in=1x6x6&out=1&k=3&s=1&p=1&kernel=laplacian';

const region = (name: string | RegExp): HTMLElement => screen.getByRole('region', { name });
const controls = (): HTMLElement => region('Layer');
const norms = (): HTMLElement => region('Norms');
const lemma = (): HTMLElement => region(/^Lemma 1/);
const kernel = (): HTMLElement => region('Kernel');
const slide = (): HTMLElement => region(/^The kernel slides/);
const share = (): HTMLElement => region('Save and share');

const field = (name: string): HTMLInputElement =>
  within(controls()).getByRole<HTMLInputElement>('textbox', { name });
const choice = (name: string): HTMLSelectElement =>
  within(controls()).getByRole<HTMLSelectElement>('combobox', { name });
const button = (within_: HTMLElement, name: string | RegExp): HTMLButtonElement =>
  within(within_).getByRole<HTMLButtonElement>('button', { name });
const change = (element: HTMLElement, value: string): unknown =>
  fireEvent.change(element, { target: { value } });

/** Waits for a value in the norms table. */
async function shows(name: string, value: string | RegExp): Promise<void> {
  await waitFor(() => {
    const header = within(norms()).getByRole('rowheader', { name });
    const cells = within(header.closest('tr')!).getAllByRole('cell');
    expect(cells[1]).toHaveProperty('textContent', expect.stringMatching(value));
  });
}

/** Loads the page again: only its link is kept. */
async function reload(): Promise<void> {
  cleanup();
  resetStore(layerStore);
  await reopenPage();
}

async function openLayer(query: string): Promise<void> {
  await openPage(`#/layer?${query}`);
  await shows('Largest column sum', /\d/);
}

/** Sections follow the norms one a frame. */
const contains = (part: () => HTMLElement, text: string | RegExp): Promise<void> =>
  waitFor(() => expect(stripSpace(part())).toMatch(text));

async function editWeight(name: string, value: string): Promise<void> {
  fireEvent.keyDown(within(kernel()).getByRole('application'), { key: 'Enter' });
  change(await within(kernel()).findByRole('textbox', { name }), value);
}

describe('the Layer panel', () => {
  beforeEach(() => resetStore(layerStore));

  it('computes norms that can be checked in the head', async () => {
    await openLayer(LAPLACIAN);
    await shows('Largest column sum', /^16$/);
    await shows('Largest row sum', /^16$/);
    await shows('Formula (1)', /^16$/);
  });

  it('spells out the inequality when Assumption 1 fails, and by how much (2) is off', async () => {
    await openLayer('in=1x2x2&out=1&k=3&s=1&p=1&kernel=laplacian');
    await contains(lemma, 'Assumption 1 fails.');
    await contains(lemma, 'κ + c·s − p = 3 + 1·1 − 1 = 3 > 2');
    // A 2x2 input sees four taps of nine: 8 + 1 + 1 + 1 = 11 instead of 16.
    await shows('Largest row sum', /^11$/);
    await shows('Formula (2)', /^16$/);
    await contains(lemma, '(2) is 1.455 times the truth');
  });

  it('explains an invalid value next to its field and keeps the last good layer', async () => {
    await openLayer(LAPLACIAN);
    change(field('Kernel height'), '12');
    await waitFor(() => expect(field('Kernel height').getAttribute('aria-invalid')).toBe('true'));
    await waitFor(() =>
      expect(describedBy(field('Kernel height'))).toMatch(
        /spans 12 pixels but the padded input has only 8/,
      ),
    );
    await shows('Largest column sum', /^16$/);
    await screen.findByText(/still show the last valid layer/);
    change(field('Kernel height'), '3');
    await waitFor(() => expect(screen.queryByText(/still show the last valid layer/)).toBeNull());
  });

  it('rejects reflecting padding with the reason next to the field', async () => {
    await openLayer(LAPLACIAN);
    change(choice('Filled with'), 'reflect');
    await waitFor(() => expect(describedBy(choice('Filled with'))).toMatch(/read the same pixel/));
  });

  it('accepts a decimal comma in the kernel, and undoes the edit', async () => {
    await openLayer(LAPLACIAN);
    change(await within(kernel()).findByRole('textbox', { name: 'K[0, 0, 0, 0]' }), '-1,5');
    await shows('Largest column sum', /^16\.50$/);
    expect(choice('Weights').value).toBe('values');
    fireEvent.click(button(kernel(), 'Undo edit'));
    await shows('Largest column sum', /^16$/);
    expect(choice('Weights').value).toBe('laplacian');
  });

  it('takes edited weights back one at a time, or all at once', async () => {
    await openLayer(LAPLACIAN);
    await within(kernel()).findByRole('application');
    await editWeight('K[0, 0, 0, 0]', '-3');
    fireEvent.keyDown(within(kernel()).getByRole('application'), { key: 'ArrowRight' });
    await editWeight('K[0, 0, 0, 1]', '-4');
    await shows('Largest column sum', /^21$/);
    fireEvent.click(button(kernel(), 'Undo edit'));
    await shows('Largest column sum', /^18$/);
    await editWeight('K[0, 0, 0, 1]', '-2');
    await shows('Largest column sum', /^19$/);
    fireEvent.click(button(kernel(), 'Undo all'));
    await shows('Largest column sum', /^16$/);
    expect(choice('Weights').value).toBe('laplacian');
    expect(button(kernel(), 'Undo all').disabled).toBe(true);
  });

  it('pins the column that attains ℓ1 and writes its sum out', async () => {
    await openLayer(LAPLACIAN);
    fireEvent.click(button(norms(), /^Show the column that attains/));
    await contains(
      () => region('Pinned sum'),
      /\|K\[0,0,0,0\]\| \+ \|K\[0,0,0,1\]\|.*\(9 terms\) = 16/,
    );
    await waitFor(() => expect(window.location.hash).toMatch(/pin=i0\.1\.1/));
  });

  it('keeps edited weights in the link', async () => {
    await openLayer(LAPLACIAN);
    change(await within(kernel()).findByRole('textbox', { name: 'K[0, 0, 0, 0]' }), '7');
    await waitFor(() => expect(window.location.hash).toMatch(/kernel=values/));
    await reload();
    await shows('Largest column sum', /^22$/);
  });

  it('keeps the open rows of the norms table in the link', async () => {
    await openLayer(LAPLACIAN);
    const row = (name: string): HTMLElement => button(norms(), name);
    fireEvent.click(row('Formula (1)'));
    fireEvent.click(row('Lanczos'));
    await waitFor(() => expect(window.location.hash).toMatch(/rows=formula1_lanczos/));
    await reload();
    await waitFor(() => expect(row('Lanczos').getAttribute('aria-expanded')).toBe('true'));
    expect(row('Formula (1)').getAttribute('aria-expanded')).toBe('true');
    fireEvent.click(row('Lanczos'));
    await waitFor(() => expect(window.location.hash).toMatch(/rows=formula1$/));
  });

  it('says what is wrong with a bad link and keeps its text', async () => {
    await openLayer('in=3x8x8&out=4&k=banana');
    expect((await screen.findByRole('alert')).textContent).toContain('k=banana');
    expect(window.location.hash).toMatch(/k=banana/);
    await shows('Largest column sum', /\d/);
  });

  it('follows a link that is pasted into the open page', async () => {
    await openPage('#/layer');
    await shows('Largest column sum', /\d\.\d/);
    window.location.hash = `#/layer?${LAPLACIAN}`;
    await shows('Largest column sum', /^16$/);
  });

  it('slides the kernel step by step and names the row of M', async () => {
    await openLayer(LAPLACIAN);
    fireEvent.click(
      await within(await screen.findByRole('region', { name: /^The kernel slides/ })).findByRole(
        'button',
        { name: 'Step' },
      ),
    );
    await contains(slide, 'Output pixel (0, 1) of channel 0 is row 1 of M.');
    await contains(slide, '6 fall inside the input');
    change(within(slide()).getByRole('slider'), '35');
    await contains(slide, 'row 35 of M');
  });

  it('rejects a broken JSON with the path of the field', async () => {
    await openLayer(LAPLACIAN);
    const text = '{"format":"norm-lab/layer","version":1,"type":"conv","inputChannels":0}';
    const files = [new File([text], 'mine.json', { type: 'application/json' })];
    fireEvent.change(share().querySelector('input[type=file]')!, {
      target: { files },
    });
    await contains(
      () => within(share()).getAllByRole('status')[0]!,
      /mine\.json: inputChannels: give/,
    );
  });

  it('writes the same layer in PyTorch', async () => {
    await openLayer(LAPLACIAN);
    fireEvent.click(await within(share()).findByText('The same layer in PyTorch'));
    await contains(share, 'nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False)');
  });
});
