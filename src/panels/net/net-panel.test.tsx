import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPage } from '../../app/testing/open-page.tsx';
import { encode, f32, join, makeSafetensors } from '../../files/testing/hand-made.ts';
import { netStore } from '../../state/net/store.ts';

/** Weights of float32 by name; the values are all 1 unless given. */
type Weights = Readonly<Record<string, { readonly shape: number[]; readonly values?: number[] }>>;

const file = (name: string, bytes: Uint8Array): File => new File([Uint8Array.from(bytes)], name);

/** A file with the weights of a net. */
function safetensors(name: string, weights: Weights): File {
  const parts: Uint8Array[] = [];
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(weights).map(([key, { shape, values }]) => {
      const count = shape.reduce((product, one) => product * one, 1);
      parts.push(f32(...(values ?? Array.from({ length: count }, () => 1))));
      const offsets = [at, (at += 4 * count)];
      return [key, { dtype: 'F32', shape, data_offsets: offsets }];
    }),
  );
  return file(name, makeSafetensors(header, join(...parts)));
}

const HALVES = {
  // Bits of 1.5, −2, 0.5 and 3, by hand.
  F16: [0x3e00, 0xc000, 0x3800, 0x4200],
  BF16: [0x3fc0, 0xc000, 0x3f00, 0x4040],
} as const;

/** A dense layer, W = [[1.5, −2], [0.5, 3]], in a half precision. */
function halfPrecision(dtype: keyof typeof HALVES): File {
  const header = { 'fc.weight': { dtype, shape: [2, 2], data_offsets: [0, 8] } };
  const data = new Uint8Array(Uint16Array.from(HALVES[dtype]).buffer);
  return file(`${dtype}.safetensors`, makeSafetensors(header, data));
}

/** A tfjs model whose weights straddle two shards: a 1x1 conv (HWIO) and a dense layer (in, out). */
function tfjsModel(): { model: File; shards: [File, File] } {
  const values = f32(1, -2, 3, 4, 1, 2, 3, 4, 5, 6);
  const weights = [
    { name: 'conv/kernel', shape: [1, 1, 2, 2], dtype: 'float32' },
    { name: 'fc/kernel', shape: [2, 3], dtype: 'float32' },
  ];
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'] as const;
  const manifest = { format: 'layers-model', weightsManifest: [{ paths, weights }] };
  return {
    model: file('model.json', encode(manifest)),
    shards: [file(paths[0], values.subarray(0, 22)), file(paths[1], values.subarray(22))],
  };
}

const table = (): HTMLElement => screen.getByRole('table');
const textbox = (name: string): HTMLElement => screen.getByRole('textbox', { name });
const press = (name: string): unknown => fireEvent.click(screen.getByRole('button', { name }));
const type = (name: string, value: string): unknown =>
  fireEvent.change(textbox(name), { target: { value } });

function choose(...files: File[]): void {
  fireEvent.change(screen.getByLabelText('Choose files…', { selector: 'input' }), {
    target: { files },
  });
}

/** The row of a layer. */
function row(layer: string): HTMLElement {
  return within(table()).getByRole('rowheader', { name: layer }).closest('tr')!;
}

/** Waits until a layer's ℓ1 or ℓ∞ norm is shown so. */
const shows = (layer: string, norm: 'l1' | 'linf', text: string): Promise<void> =>
  waitFor(() => expect(row(layer).children[norm === 'l1' ? 6 : 7]!.textContent).toBe(text));

const contains = (layer: string, text: string): Promise<void> =>
  waitFor(() => expect(row(layer).textContent).toContain(text));

const alerts = (text: string): Promise<void> =>
  waitFor(() =>
    expect(
      screen
        .getAllByRole('alert')
        .map(({ textContent }) => textContent)
        .join(),
    ).toContain(text),
  );

describe('the net inspector', () => {
  beforeEach(async () => {
    netStore.setState(netStore.getInitialState(), true);
    await openPage('#/net');
    await screen.findByRole('heading', { name: 'Net inspector' });
  });

  for (const dtype of ['F16', 'BF16'] as const) {
    it(`shows norms of ${dtype} weights that can be found in the head`, async () => {
      choose(halfPrecision(dtype));
      await shows('fc', 'l1', '5');
      await shows('fc', 'linf', '3.500');
    });
  }

  it('opens a tfjs model with its shards, and says which one is missing', async () => {
    const { model, shards } = tfjsModel();
    choose(model, shards[0]);
    await alerts('group1-shard2of2.bin');
    choose(shards[1], model, shards[0]);
    // Sums of |W| over a line: 3 + 4 and 2 + 4 of the conv, 4 + 5 + 6 and 3 + 6 of the dense layer.
    await shows('conv', 'l1', '7');
    await shows('conv', 'linf', '6');
    await shows('fc', 'l1', '15');
    await shows('fc', 'linf', '9');
  });

  it('says what is wrong with a bad file, and keeps the table', async () => {
    choose(safetensors('good.safetensors', { 'a.weight': { shape: [2, 2] } }));
    await shows('a', 'l1', '2');
    choose(file('broken.safetensors', Uint8Array.of(1, 2, 3, 4)));
    await alerts('broken.safetensors');
    await alerts('Nets that were open stay open.');
    await shows('a', 'l1', '2');
    choose(safetensors('empty.safetensors', { bias: { shape: [2] } }));
    await alerts('no conv (4 axes), dense (2 axes) or BatchNorm');
  });

  it('marks guesses until they are changed, in that layer only', async () => {
    const tensor = { shape: [1, 1, 3, 3] };
    choose(safetensors('two.safetensors', { 'a.weight': tensor, 'b.weight': tensor }));
    await shows('a', 'l1', '9');
    press('Details of a');
    type('Input height', '1');
    await contains('a', 'on 1×1 → 1×1');
    await shows('a', 'l1', '1');
    await shows('b', 'l1', '9');
    const input = screen.getByRole('group', { name: 'Input' });
    expect(within(input.parentElement!).queryByText('guess')).toBeNull();
    await contains('b', 'guess');
  });

  it('explains an impossible geometry and keeps the last good numbers', async () => {
    choose(safetensors('one.safetensors', { 'a.weight': { shape: [1, 1, 3, 3] } }));
    await shows('a', 'l1', '9');
    press('Details of a');
    type('Vertical stride', '0');
    await alerts('stride = 0');
    await shows('a', 'l1', '9');
  });

  it('asks for the input size that a kernel larger than the guessed input needs', async () => {
    choose(safetensors('tall.safetensors', { 'a.weight': { shape: [1, 1, 99, 1] } }));
    // 32 rows of windows fit the guessed input.
    await shows('a', 'l1', '32');
    press('Details of a');
    type('Top padding', '0');
    await alerts('vertical kernel size = 99');
    type('Input height', '120');
    await contains('a', 'on 120×120');
    // 71 rows of windows fit, so a pixel is under at most 71 of the 99 taps.
    await shows('a', 'l1', '71');
  });

  it('gives one input size to every layer that is still guessed', async () => {
    const tensor = { shape: [1, 1, 3, 3] };
    choose(
      safetensors('three.safetensors', {
        'a.weight': tensor,
        'b.weight': tensor,
        'c.weight': tensor,
      }),
    );
    await shows('a', 'l1', '9');
    press('Details of a');
    type('Input height', '28');
    fireEvent.click(
      await screen.findByRole('button', { name: 'Use 28×28 for the 2 other guessed layers' }),
    );
    await contains('c', 'on 28×28 → 28×28');
  });

  it('names weights that are not finite while the other layers go on', async () => {
    choose(
      safetensors('nan.safetensors', {
        'a.weight': { shape: [1, 1, 1, 2], values: [1, NaN] },
        'b.weight': { shape: [2, 2], values: [1, 2, 3, 4] },
      }),
    );
    await contains('a', 'weight [0, 0, 0, 1] = NaN');
    await shows('b', 'l1', '6');
  });

  it('draws nets together, removes one and brings it back', async () => {
    choose(
      safetensors('both.safetensors', {
        'a.weight': { shape: [2, 2] },
        'c.weight': { shape: [3, 3] },
      }),
    );
    await shows('a', 'l1', '2');
    choose(
      safetensors('mine.safetensors', { 'b.weight': { shape: [2, 2], values: [1, 2, 3, 4] } }),
    );
    await shows('b', 'l1', '6');
    await screen.findByText(
      'mine has no curve. A density needs at least two samples; there is one.',
    );
    press('Remove mine');
    await screen.findByText('mine was removed.');
    await shows('a', 'l1', '2');
    press('Undo');
    await shows('b', 'l1', '6');
  });

  it('sorts the table by a column, largest first', async () => {
    choose(
      safetensors('three.safetensors', {
        'a.weight': { shape: [2, 2] },
        'b.weight': { shape: [4, 4] },
        'c.weight': { shape: [3, 3] },
      }),
    );
    await shows('a', 'l1', '2');
    await shows('b', 'l1', '4');
    await shows('c', 'l1', '3');
    const heads = within(table()).getAllByRole('columnheader');
    const head = heads.find(({ textContent }) => textContent.startsWith('ℓ1'))!;
    fireEvent.click(within(head).getByRole('button'));
    const names = within(table())
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent);
    expect(names).toEqual(['b', 'c', 'a']);
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });
});
