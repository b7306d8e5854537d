import type { Download, Locator, Page } from '@playwright/test';
import { LabPage } from './lab-page.ts';

/** The Layer panel, by roles and labels. */
export class LayerPage extends LabPage {
  readonly controls: Locator;
  readonly matrix: Locator;
  readonly norms: Locator;
  readonly lemma: Locator;
  readonly kernel: Locator;
  readonly slide: Locator;
  readonly share: Locator;
  readonly pinnedSum: Locator;

  constructor(page: Page) {
    super(page);
    const region = (name: string | RegExp): Locator => page.getByRole('region', { name });
    this.controls = page.getByRole('region', { name: 'Layer', exact: true });
    this.matrix = region(/^Unrolled matrix M/);
    this.norms = region('Norms');
    this.lemma = region(/^Lemma 1/);
    this.kernel = page.getByRole('region', { name: 'Kernel', exact: true });
    this.slide = region(/^The kernel slides/);
    this.share = region('Save and share');
    this.pinnedSum = region('Pinned sum');
  }

  /** Opens a layer by its link's query; without one the default layer. */
  async openLayer(query = ''): Promise<void> {
    await this.open(query === '' ? './' : `./#/layer?${query}`);
    await this.value('Largest column sum').waitFor();
  }

  field(name: string): Locator {
    return this.controls.getByRole('textbox', { name, exact: true });
  }

  choice(name: string): Locator {
    return this.controls.getByRole('combobox', { name, exact: true });
  }

  /** The row of the norms table with this name. */
  row(name: string): Locator {
    return this.norms
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
  }

  /** The value in a row of the norms table. */
  value(name: string): Locator {
    return this.row(name).getByRole('cell').nth(1);
  }

  /** How far the ℓ2 interval is, in words. */
  get l2Status(): Locator {
    return this.norms.getByRole('status', { name: 'State of the ℓ2 interval' });
  }

  async download(button: Locator): Promise<{ readonly name: string; readonly text: string }> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return { name: download.suggestedFilename(), text: await textOf(download) };
  }
}

async function textOf(download: Download): Promise<string> {
  const stream = await download.createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
