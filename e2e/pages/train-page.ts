import { expect, type Locator, type Page } from '@playwright/test';
import type { LabPage } from './lab-page.ts';

/** The Train panel as a visitor has it in front of them. */
export class TrainPage {
  readonly page: Page;
  private readonly lab: LabPage;

  constructor(lab: LabPage) {
    this.lab = lab;
    this.page = lab.page;
  }

  /** Opens the panel with an experiment that is written as in a link. */
  async open(query = ''): Promise<void> {
    await this.lab.open(`./#/train${query === '' ? '' : `?${query}`}`);
    await this.ready();
  }

  /** Waits until a backend has been chosen and the kept runs have been read. */
  async ready(): Promise<void> {
    await expect(this.button('Play')).toBeEnabled();
    await expect(this.page.getByText(/known answers were reproduced/)).toBeVisible();
    await expect(this.page.getByText('Reading the runs')).toHaveCount(0);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** A number of the chosen run's state, by its label. */
  state(label: string): Locator {
    return this.page
      .getByRole('region', { name: 'State of the run' })
      .locator('dl > div')
      .filter({ has: this.page.getByText(label, { exact: true }) })
      .locator('dd');
  }

  /** Steps that the chosen run has taken, as they are on screen. */
  async steps(): Promise<number> {
    const text = await this.state('Step').innerText();
    return Number(text.split('/')[0]!.replaceAll(',', '').trim());
  }

  /** Waits until the chosen run has taken more steps than that. */
  async stepsBeyond(step: number, timeout = 30_000): Promise<void> {
    await expect.poll(() => this.steps(), { timeout }).toBeGreaterThan(step);
  }

  /** The row of a run in the list. */
  run(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByLabel(`Show ${name}`) });
  }
}
