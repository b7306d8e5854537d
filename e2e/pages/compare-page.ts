import { expect, type Locator, type Page } from '@playwright/test';
import type { LabPage } from './lab-page.ts';
import { NetPage } from './net-page.ts';

/** The Compare panel as a visitor has it in front of them. */
export class ComparePage {
  readonly page: Page;
  private readonly lab: LabPage;

  constructor(lab: LabPage) {
    this.lab = lab;
    this.page = lab.page;
  }

  async open(query = ''): Promise<void> {
    await this.lab.open(`./#/compare${query}`);
    await expect(this.page.getByRole('heading', { name: 'Compare', level: 1 })).toBeVisible();
  }

  /** Opens the example in the net inspector, as many times as asked, and comes back. */
  async openExamples(times: number): Promise<void> {
    await this.goTo('Net');
    const net = new NetPage(this.lab);
    for (let n = 0; n < times; n++) await net.openExample();
    await this.goTo('Compare');
    await expect(this.density).toBeVisible();
  }

  /** Trains a run to its end in the Train panel, from what a link to it says. */
  async train(query: string): Promise<void> {
    await this.lab.open(`./#/train?${query}`);
    const images = new URLSearchParams(query).get('data.train') ?? '';
    // Play would train what the form held before the link was read.
    await expect(this.page.getByRole('textbox', { name: 'Training images' })).toHaveValue(images);
    await this.page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect(this.page.getByText(/finished/i).first()).toBeVisible({ timeout: 60_000 });
  }

  async goTo(panel: string): Promise<void> {
    const links = this.page.getByRole('navigation', { name: 'Panels' });
    await links.getByRole('link', { name: panel, exact: true }).click();
  }

  get density(): Locator {
    return this.page.getByRole('region', { name: 'Density of the layers’ norms' });
  }

  get bars(): Locator {
    return this.page.getByRole('region', { name: 'Norms layer by layer' });
  }

  get curves(): Locator {
    return this.page.getByRole('region', { name: 'Norms over training' });
  }

  /** Reads the bars of a layer by keyboard, by its place from 1. */
  async readBars(place: number): Promise<string> {
    const cursor = this.bars.getByRole('slider', { name: 'Layer' });
    await cursor.focus();
    await cursor.press('Home');
    for (let n = 1; n < place; n++) await cursor.press('ArrowRight');
    return (await cursor.getAttribute('aria-valuetext')) ?? '';
  }

  /** The content of what a click saves. */
  async saved(figure: Locator, button: string): Promise<string> {
    const download = this.page.waitForEvent('download');
    await figure.getByRole('button', { name: button, exact: true }).click();
    const stream = await (await download).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  }
}
