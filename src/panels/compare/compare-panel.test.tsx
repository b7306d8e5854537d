import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPage, reopenPage, resetStore } from '../../app/testing/open-page.tsx';
import { f32, makeSafetensors } from '../../files/testing/hand-made.ts';
import { compareStore } from '../../state/compare/store.ts';
import { netStore } from '../../state/net/store.ts';

const DENSITY = 'Density of the layers’ norms';

/** Three convolutions whose weights are all 1, all 2 and all 3. */
function weights(): File {
  const values = [1, 2, 3].flatMap((value) => Array.from({ length: 9 }, () => value));
  const entry = (at: number) => ({
    dtype: 'F32',
    shape: [1, 1, 3, 3],
    data_offsets: [36 * at, 36 * (at + 1)],
  });
  const header = { 'a.weight': entry(0), 'b.weight': entry(1), 'c.weight': entry(2) };
  return new File([Uint8Array.from(makeSafetensors(header, f32(...values)))], 'mine.safetensors');
}

const density = (): HTMLElement => screen.getByRole('region', { name: DENSITY });
const box = (name: string): HTMLInputElement =>
  screen.getByRole<HTMLInputElement>('checkbox', { name });
const choose = (name: string, value: string): unknown =>
  fireEvent.change(screen.getByLabelText(name), { target: { value } });

async function openCompare(query = ''): Promise<void> {
  await openPage(`#/compare${query}`);
  await screen.findByRole('heading', { name: 'Compare' });
}

describe('the Compare panel', () => {
  beforeEach(() => {
    resetStore(netStore);
    resetStore(compareStore);
  });

  it('says which part of a link cannot be read, and opens the figures as usual', async () => {
    await openCompare('?norm=l7');
    expect((await screen.findByRole('alert')).textContent).toContain('norm=l7: give l1, linf');
    await screen.findByText('Nothing to compare yet');
  });

  it('draws nets over each other, and not one that is unchecked', async () => {
    await openCompare();
    await netStore.getState().open([weights()]);
    await within(await screen.findByRole('region', { name: DENSITY })).findByText(
      /mine \(n = 3, h = /,
    );
    await netStore.getState().open([weights()]);
    await within(density()).findByText(/mine \(2\) \(n = 3/);
    fireEvent.click(box('mine (2)'));
    await waitFor(() => expect(within(density()).queryByText(/mine \(2\)/)).toBeNull());
    fireEvent.click(box('mine'));
    await screen.findByText('Choose a run or a net to draw it.');
  });

  it('holds norm, axis, bandwidth and layers in the link, and opens them again', async () => {
    await openCompare('?norm=linf&layers=conv,dense');
    await netStore.getState().open([weights()]);
    await screen.findByText(/mine \(n = 3, h = /);
    choose('Norms on a', 'log');
    choose('Bandwidth', 'typed');
    const factor = await screen.findByRole('textbox', { name: 'Factor of the deviation' });
    fireEvent.change(factor, { target: { value: '0,25' } });
    const link = '#/compare?norm=linf&axis=log&rule=0.25&layers=conv,dense';
    await waitFor(() => expect(window.location.hash).toBe(link));
    await within(density()).findByText('Density per decade');
    await within(density()).findByText('ℓ∞ norm');
    cleanup();
    resetStore(compareStore);
    await reopenPage();
    await waitFor(() => {
      const again = screen.getByRole('textbox', { name: 'Factor of the deviation' });
      expect(again).toHaveProperty('value', '0.25');
    });
    expect(box('BatchNorm').checked).toBe(false);
  });
});
