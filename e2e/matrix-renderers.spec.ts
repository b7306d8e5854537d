import { expect, test, type Page } from '@playwright/test';
import { DEEP } from './deep.ts';
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
const MODES = ['value', 'tap', 'tap-set'] as const;
const VIEWS: readonly Pick<Shot, 'magnification' | 'from'>[] = [
  { magnification: 1, from: [0, 0] },
  { magnification: 3.7, from: [0.31, 0.43] },
  { magnification: 60, from: [-0.01, 0.29] },
];
const SIZE = DEEP ? ([240, 180] as const) : ([120, 90] as const);
/** Values at every view and every mode at the middle view; the deep tests draw each mode at each view. */
const SHOTS: readonly Shot[] = MODES.flatMap((mode) =>
  VIEWS.filter((view) => DEEP || mode === 'value' || view === VIEWS[1]).map((view) => ({
    mode,
    size: SIZE,
    ...view,
  })),
);

interface Difference {
  readonly shot: Shot;
  /** Pixels in which the renderers differ, of `pixels`. */
  readonly differing: number;
  readonly pixels: number;
  readonly colors: number;
}

/** Draws a layer by both renderers; who drew, and how far their images differ. */
function drawByBoth(
  page: Page,
  layer: LayerCase,
): Promise<{ renderers: string[]; differences: Difference[] }> {
  return page.evaluate(
    async ([drawn, shots]) => {
      const { matrixBench } = window;
      const draw = async (wish: 'webgpu' | 'canvas') => {
        const renderer = await matrixBench.open(drawn, wish);
        const images: number[][] = [];
        for (const shot of shots) images.push(await matrixBench.pixels(shot));
        return { renderer, images };
      };
      const [gpu, canvas] = [await draw('webgpu'), await draw('canvas')];
      const differences = shots.map((shot, at) => {
        const [a, b] = [gpu.images[at]!, canvas.images[at]!];
        const differing = b.filter((color, pixel) => color !== a[pixel]).length;
        return { shot, differing, pixels: a.length, colors: new Set(b).size };
      });
      return { renderers: [gpu.renderer, canvas.renderer], differences };
    },
    [layer, SHOTS] as const,
  );
}

for (const [name, layer] of Object.entries(LAYERS)) {
  test(`WebGPU and the canvas draw M alike, every pixel: ${name}`, async ({ page }) => {
    await page.goto(pageUrl('matrix'));
    const { renderers, differences } = await drawByBoth(page, layer);
    expect(renderers).toEqual(['webgpu', 'canvas']);
    for (const { shot, differing, pixels, colors } of differences) {
      const about = JSON.stringify(shot);
      expect(pixels, about).toBe(SIZE[0] * SIZE[1]);
      expect(differing, about).toBe(0);
      if (shot.mode === 'value') expect(colors, about).toBeGreaterThan(1);
    }
  });
}

test('a lost device is replaced by the canvas with a note, and the image of M stays', async ({
  page,
}) => {
  await page.goto(pageUrl('matrix'));
  const [renderer, before, note, after] = await page.evaluate(async (layer) => {
    const shot = { magnification: 2, from: [0.1, 0.1], mode: 'value', size: [120, 90] } as const;
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

test('a software adapter is used only on request', async ({ page }) => {
  await page.goto(pageUrl('matrix'));
  const renderer = await page.evaluate(
    (layer) => window.matrixBench.open(layer, 'auto'),
    LAYERS['dense']!,
  );
  expect(renderer).toBe('canvas');
});
