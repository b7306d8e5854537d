import { expect, type Locator, type Page } from '@playwright/test';
import type { LabPage } from './lab-page.ts';
import { TrainPage } from './train-page.ts';

/** The Attack panel as a visitor has it in front of them. */
export class AttackPage {
  readonly page: Page;
  private readonly lab: LabPage;

  constructor(lab: LabPage) {
    this.lab = lab;
    this.page = lab.page;
  }

  /** Opens the panel with a plan that is written as in a link. */
  async open(query = ''): Promise<void> {
    await this.lab.open(`./#/attack${query === '' ? '' : `?${query}`}`);
    await expect(this.button('Begin')).toBeVisible();
  }

  /** Trains a run to its end in the Train panel, and comes back. */
  async train(name: string): Promise<void> {
    const train = new TrainPage(this.lab);
    await train.open(`name=${name}&data.train=200&data.test=50&training.epochs=6&net.width=0.25`);
    await train.button('Play').click();
    await expect(train.state('State')).toHaveText('finished', { timeout: 60_000 });
  }

  async goTo(panel: string): Promise<void> {
    const links = this.page.getByRole('navigation', { name: 'Panels' });
    await links.getByRole('link', { name: panel, exact: true }).click();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  choice(name: string): Locator {
    return this.page.getByRole('combobox', { name, exact: true });
  }

  region(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The row of an evaluation in the list. */
  evaluation(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByLabel(`Show ${name}`) });
  }

  /** The content of what a click saves, and its name. */
  async saved(button: string): Promise<{ name: string; content: Buffer }> {
    const coming = this.page.waitForEvent('download');
    await this.button(button).click();
    const download = await coming;
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    return { name: download.suggestedFilename(), content: Buffer.concat(parts) };
  }
}
