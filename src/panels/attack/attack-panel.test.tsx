import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { describedBy, openPage } from '../../app/testing/open-page.tsx';

const begin = (): HTMLElement => screen.getByRole('button', { name: 'Begin' });
const eps = (): HTMLInputElement => screen.getByRole<HTMLInputElement>('textbox', { name: 'ε' });
const choice = (name: string): HTMLElement => screen.getByRole('combobox', { name });
const change = (element: HTMLElement, value: string): unknown =>
  fireEvent.change(element, { target: { value } });

describe('the Attack panel', () => {
  it('Y34: teaches while it is empty, and explains an invalid radius beside its field', async () => {
    await openPage('#/attack?attack.kind=fgsm');
    await screen.findByText(/There is no net to attack yet/);
    expect(begin().getAttribute('aria-disabled')).toBe('true');
    begin().focus();
    expect(document.activeElement).toBe(begin());
    expect(describedBy(begin())).toBe('Choose a net first.');
    change(eps(), '8/25x');
    await waitFor(() => expect(describedBy(eps())).toMatch(/“8\/25x” is not a radius:/));
    change(choice('Norm'), 'l2');
    await waitFor(() => expect(eps().value).toBe('0.5'));
    change(eps(), 'half');
    fireEvent.click(screen.getByRole('button', { name: 'ε = 0.5' }));
    await waitFor(() => expect(eps().value).toBe('0.5'));
    change(choice('Norm'), 'linf');
    change(eps(), '0,1');
    await waitFor(() => expect(describedBy(eps())).toBe('= 0.1000 = 25.5/255'));
    await waitFor(() =>
      expect(window.location.hash).toBe('#/attack?attack.kind=fgsm&threat.eps=0.1'),
    );
    change(choice('Attack'), 'square');
    change(choice('Norm'), 'l1');
    await waitFor(() => expect(describedBy(choice('Norm'))).toMatch(/Square is for ℓ∞ and ℓ2/));
  });
});
