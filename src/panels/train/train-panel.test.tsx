import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { describedBy, openPage } from '../../app/testing/open-page.tsx';
import { runStore } from '../../state/train/store.ts';

const SMALL = 'data.train=200&data.test=100';
const play = (): HTMLElement => screen.getByRole('button', { name: 'Play' });
const box = (name: string): HTMLInputElement =>
  screen.getByRole<HTMLInputElement>('textbox', { name });
const type = (name: string, value: string): unknown =>
  fireEvent.change(box(name), { target: { value } });
const choose = (name: string, label: string): unknown => {
  const select = screen.getByRole<HTMLSelectElement>('combobox', { name });
  const option = [...select.options].find(({ text }) => text === label)!;
  return fireEvent.change(select, { target: { value: option.value } });
};
const playIs = (state: 'on' | 'off'): Promise<void> =>
  waitFor(() => expect(play().getAttribute('aria-disabled')).toBe(String(state === 'off')));

async function openTrain(query = ''): Promise<void> {
  await openPage(`#/train${query === '' ? '' : `?${query}`}`);
  await screen.findByRole('button', { name: 'Play' });
}

describe('the Train panel', () => {
  beforeEach(() => runStore.setState(runStore.getInitialState(), true));

  it('P4, P5: explains a wrong value beside its field, and the link holds the last valid one', async () => {
    await openTrain(SMALL);
    await waitFor(() => expect(box('Training images').value).toBe('200'));
    type('Batch size', '0');
    await screen.findByText(/0 is given; give a whole number from 1 to/);
    await playIs('off');
    expect(window.location.hash).toBe(`#/train?${SMALL}`);
    type('Batch size', '64');
    await playIs('on');
    choose('Regularizer', 'Norm decay, ℓ∞');
    const link = `#/train?${SMALL}&training.batchSize=64&regularizer.kind=norm-decay-linf`;
    await waitFor(() => expect(window.location.hash).toBe(link));
    window.location.hash = link.replace('norm-decay-linf', 'norm-growth');
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('regularizer'));
  });

  it('P13: explains invalid values of adversarial training beside their fields', async () => {
    await openTrain();
    choose('Adversarial training', 'PGD-AT');
    await waitFor(() => expect(box('Radius ε').value).toBe('0.031'));
    type('Attack steps', '0');
    await screen.findByText(/0 is given; give a whole number from 1 to 1,000/);
    type('Attack steps', '10');
    choose('Loss', 'squared error');
    await screen.findByText(/PGD-AT is defined by the cross-entropy/);
    await playIs('off');
    expect(describedBy(play())).not.toBe('');
  });
});
