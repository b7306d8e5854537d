/** Colours by the part they play; the drawing side knows how they look in the present theme. */
export type Ink = 'ink' | 'ink-2' | 'line' | 'accent' | 'surface';

/** Parts of a figure. Lengths are CSS pixels from the figure's top left corner. */
export type Shape =
  | {
      readonly kind: 'line';
      readonly from: readonly [number, number];
      readonly to: readonly [number, number];
      readonly ink: Ink;
      readonly width?: number;
      readonly dashed?: boolean;
    }
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly ink: Ink;
      /** Filled with so much of the ink; drawn as an outline when left out. */
      readonly fill?: number;
      readonly stroke?: number;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: 'start' | 'middle' | 'end';
      /** An ink of the theme, or a CSS colour (numbers on coloured cells). */
      readonly ink: Ink | (string & {});
      readonly size?: number;
      readonly turned?: boolean;
    }
  | {
      readonly kind: 'area';
      /** x, y, x, y, … */
      readonly points: readonly number[];
      readonly ink: Ink;
      /** Filled with so much of the ink. */
      readonly fill: number;
    };

/** Parts, some of them shown through a window (the picture), the rest anywhere. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly window: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly inside: readonly Shape[];
  readonly around: readonly Shape[];
}

/** How each ink looks, as CSS colours, and the family of letters. */
export interface Look {
  readonly inks: Readonly<Record<Ink, string>>;
  readonly font: string;
}

const SIZE = 11;
const isInk = (name: string): name is Ink =>
  ['ink', 'ink-2', 'line', 'accent', 'surface'].includes(name);
const colorOf = (look: Look, ink: string): string => (isInk(ink) ? look.inks[ink] : ink);

type Context = CanvasRenderingContext2D;

function drawText(context: Context, shape: Extract<Shape, { kind: 'text' }>, look: Look): void {
  context.save();
  context.translate(shape.x, shape.y);
  if (shape.turned === true) context.rotate(-Math.PI / 2);
  context.font = `${shape.size ?? SIZE}px ${look.font}`;
  context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor;
  context.textBaseline = 'middle';
  context.fillStyle = colorOf(look, shape.ink);
  context.fillText(shape.text, 0, 0);
  context.restore();
}

function drawRect(context: Context, shape: Extract<Shape, { kind: 'rect' }>, look: Look): void {
  const { x, y, width, height } = shape;
  if (shape.fill === undefined) {
    context.strokeStyle = look.inks[shape.ink];
    context.lineWidth = shape.stroke ?? 1;
    context.strokeRect(x, y, width, height);
    return;
  }
  context.globalAlpha = shape.fill;
  context.fillStyle = look.inks[shape.ink];
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

function drawLine(context: Context, shape: Extract<Shape, { kind: 'line' }>, look: Look): void {
  context.strokeStyle = look.inks[shape.ink];
  context.lineWidth = shape.width ?? 1;
  context.setLineDash(shape.dashed === true ? [4, 3] : []);
  context.beginPath();
  context.moveTo(...shape.from);
  context.lineTo(...shape.to);
  context.stroke();
  context.setLineDash([]);
}

function drawArea(context: Context, shape: Extract<Shape, { kind: 'area' }>, look: Look): void {
  context.globalAlpha = shape.fill;
  context.fillStyle = look.inks[shape.ink];
  context.beginPath();
  for (let at = 0; at < shape.points.length; at += 2) {
    context.lineTo(shape.points[at]!, shape.points[at + 1]!);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawShape(context: Context, shape: Shape, look: Look): void {
  if (shape.kind === 'text') drawText(context, shape, look);
  else if (shape.kind === 'rect') drawRect(context, shape, look);
  else if (shape.kind === 'line') drawLine(context, shape, look);
  else drawArea(context, shape, look);
}

/** Draws a scene on a canvas whose transform turns CSS pixels into its own. */
export function drawScene(context: Context, scene: Scene, look: Look): void {
  context.clearRect(0, 0, scene.width, scene.height);
  const { x, y, width, height } = scene.window;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  for (const shape of scene.inside) drawShape(context, shape, look);
  context.restore();
  for (const shape of scene.around) drawShape(context, shape, look);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c);
const short = (value: number): string => String(Math.round(value * 100) / 100);

function svgText(shape: Extract<Shape, { kind: 'text' }>, look: Look): string {
  const turn =
    shape.turned === true ? ` transform="rotate(-90 ${short(shape.x)} ${short(shape.y)})"` : '';
  return (
    `<text x="${short(shape.x)}" y="${short(shape.y)}" text-anchor="${shape.anchor}" ` +
    `dominant-baseline="central" font-size="${shape.size ?? SIZE}" ` +
    `fill="${escaped(colorOf(look, shape.ink))}"${turn}>${escaped(shape.text)}</text>`
  );
}

function svgShape(shape: Shape, look: Look): string {
  const ink = escaped(colorOf(look, shape.ink));
  if (shape.kind === 'text') return svgText(shape, look);
  if (shape.kind === 'line') {
    const dash = shape.dashed === true ? ' stroke-dasharray="4 3"' : '';
    const [[x1, y1], [x2, y2]] = [shape.from, shape.to];
    return (
      `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" ` +
      `stroke="${ink}" stroke-width="${shape.width ?? 1}"${dash}/>`
    );
  }
  if (shape.kind === 'area') {
    const points = shape.points.map(short).join(' ');
    return `<polygon points="${points}" fill="${ink}" fill-opacity="${shape.fill}"/>`;
  }
  const paint =
    shape.fill === undefined
      ? `fill="none" stroke="${ink}" stroke-width="${shape.stroke ?? 1}"`
      : `fill="${ink}" fill-opacity="${short(shape.fill)}"`;
  return (
    `<rect x="${short(shape.x)}" y="${short(shape.y)}" width="${short(shape.width)}" ` +
    `height="${short(shape.height)}" ${paint}/>`
  );
}

/** The scene as an SVG file, over a picture (a data URL) in its window. */
export function sceneSvg(
  scene: Scene,
  look: Look,
  figure: { image: string; title: string },
): string {
  const { x, y, width, height } = scene.window;
  const box = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(scene.width)}" height="${short(scene.height)}" ` +
      `viewBox="0 0 ${short(scene.width)} ${short(scene.height)}" font-family="${escaped(look.font)}">`,
    `<title>${escaped(figure.title)}</title>`,
    `<rect width="100%" height="100%" fill="${escaped(look.inks.surface)}"/>`,
    `<clipPath id="window"><rect ${box}/></clipPath>`,
    `<image ${box} preserveAspectRatio="none" style="image-rendering:pixelated" href="${figure.image}"/>`,
    `<g clip-path="url(#window)">`,
    ...scene.inside.map((shape) => svgShape(shape, look)),
    '</g>',
    ...scene.around.map((shape) => svgShape(shape, look)),
    '</svg>\n',
  ].join('\n');
}
