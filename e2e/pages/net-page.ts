import { expect, type Locator, type Page } from '@playwright/test';
import type { LabPage } from './lab-page.ts';

/** A file as Playwright hands it to the page. */
export type NetFile =
  string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** The net inspector as a visitor has it in front of them. */
export class NetPage {
  readonly page: Page;
  private readonly lab: LabPage;

  constructor(lab: LabPage) {
    this.lab = lab;
    this.page = lab.page;
  }

  async open(): Promise<void> {
    await this.lab.open('./#/net');
    await expect(this.page.getByRole('heading', { name: 'Net inspector' })).toBeVisible();
  }

  async openExample(): Promise<void> {
    await this.page.getByRole('button', { name: 'Open the example' }).click();
    await this.settled();
  }

  async choose(files: readonly NetFile[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: 'Choose files…' }).click();
    await (await chooser).setFiles(files as string[]);
  }

  /** Waits until every layer of the net on screen has its interval. */
  async settled(): Promise<void> {
    await expect(this.page.getByText('the ends of ℓ2 are certified')).toBeVisible({
      timeout: 90_000,
    });
  }

  get table(): Locator {
    return this.page.getByRole('table');
  }

  /** The row of a layer. */
  row(layer: string): Locator {
    return this.table
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name: layer, exact: true }) });
  }

  /** Text of a cell, by the number of its column from 0 (the row header counts). */
  async cell(layer: string, column: number): Promise<string> {
    return this.row(layer)
      .getByRole('cell')
      .or(this.row(layer).getByRole('rowheader'))
      .nth(column)
      .innerText();
  }

  async details(layer: string): Promise<void> {
    await this.page.getByRole('button', { name: `Details of ${layer}`, exact: true }).click();
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** The content of what a click saves. */
  async saved(button: string): Promise<string> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: button, exact: true }).click();
    const stream = await (await download).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  }
}
