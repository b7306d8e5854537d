import { expect, test } from '@playwright/test';
import { squareConv } from './matrix-page/layers.ts';
import { pageUrl } from './test-pages.ts';
import type { LayerCase, MatrixBench, Shot } from './matrix-page/main.ts';

declare global {
  interface Window {
    matrixBench: MatrixBench;
  }
}

const odd = squareConv([4, 6], 9, [3, 2, 0]);
const LAYERS: Readonly<Record<string, LayerCase>> = {
  'one channel 9 x 16': { geometry: squareConv([1, 1], 4, [2, 1, 0]) },
  '16384 x 3072': { geometry: squareConv([16, 3], 32, [3, 1, 1]) },
  '802816 x 150528': { geometry: squareConv([64, 3], 224, [7, 2, 3]) },
  'groups, dilation, one-sided padding': {
    geometry: { ...odd, groups: 2, dilation: [2, 1], padding: [3, 0, 1, 4] },
  },
  transposed: { geometry: squareConv([5, 4], 12, [4, 2, 1]), transposed: true },
  circular: {
    geometry: {
      ...odd,
      input: [7, 8],
      stride: [1, 1],
      padding: [1, 1, 0, 2],
      boundary: 'circular',
    },
  },
  dense: { geometry: squareConv([300, 200], 1, [1, 1, 0]) },
};
const size = [240, 180] as const;
const SHOTS: readonly Shot[] = (['value', 'tap', 'tap-set'] as const).flatMap((mode) => [
  { mode, size, magnification: 1, from: [0, 0] },
  { mode, size, magnification: 3.7, from: [0.31, 0.43] },
  { mode, size, magnification: 60, from: [-0.01, 0.29] },
]);

for (const [name, layer] of Object.entries(LAYERS)) {
  test(`WebGPU and the canvas draw M alike, every pixel: ${name}`, async ({ page }) => {
    await page.goto(pageUrl('matrix'));
    const draw = (wish: 'webgpu' | 'canvas'): Promise<{ renderer: string; pictures: number[][] }> =>
      page.evaluate(
        async ({ layer: wanted, shots, wish: by }) => {
          const renderer = await window.matrixBench.open(wanted, by);
          const pictures: number[][] = [];
          for (const shot of shots) {
            pictures.push(await window.matrixBench.pixels(shot));
          }
          return { renderer, pictures };
        },
        { layer, shots: SHOTS, wish },
      );
    const [card, canvas] = [await draw('webgpu'), await draw('canvas')];
    expect([card.renderer, canvas.renderer]).toEqual(['webgpu', 'canvas']);
    SHOTS.forEach((shot, at) => {
      const [a, b] = [card.pictures[at] ?? [], canvas.pictures[at] ?? []];
      if (shot.mode === 'value') expect(new Set(b).size, JSON.stringify(shot)).toBeGreaterThan(1);
      expect(a.filter((word, pixel) => word !== b[pixel]).length, JSON.stringify(shot)).toBe(0);
    });
  });
}

test('a lost device gives way to the canvas, says so, and the picture stays', async ({ page }) => {
  await page.goto(pageUrl('matrix'));
  const [renderer, before, note, after] = await page.evaluate(async (layer) => {
    const shot = { magnification: 2, from: [0.1, 0.1], mode: 'value', size: [240, 180] } as const;
    const { matrixBench } = window;
    const opened = await matrixBench.open(layer, 'webgpu');
    const first = await matrixBench.pixels(shot);
    const said = await matrixBench.loseDevice();
    return [opened, first, said, await matrixBench.pixels(shot)] as const;
  }, LAYERS['16384 x 3072']!);
  expect(renderer).toBe('webgpu');
  expect(note).toContain('The graphics device was lost');
  expect(after).toEqual(before);
});

test('a software adapter counts as none unless it is wished', async ({ page }) => {
  await page.goto(pageUrl('matrix'));
  const renderer = await page.evaluate(
    (layer) => window.matrixBench.open(layer, 'auto'),
    LAYERS['dense']!,
  );
  expect(renderer).toBe('canvas');
});
