import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import { saveFile } from '../../../ui/save-file.ts';
import { MATRIX_TEXT } from './messages.ts';
import { drawScene, sceneSvg, type Look, type Scene } from './scene.ts';
import type { Visible } from './viewport.ts';

/** Most entries that a CSV file takes: some 15 MB. */
const CSV_CAP = 250_000;
/** Entries written between two rests: a few milliseconds of the page's thread. */
const PER_REST = 4_000;

/** Number of entries in view. */
function visibleCount({ rows, columns }: Visible): number {
  return (rows[1] - rows[0]) * (columns[1] - columns[0]);
}

const CSV_HEAD =
  'row,column,output_channel,output_y,output_x,input_channel,input_y,input_x,tap_k,tap_t,value';

/**
 * The entries in view, one a line: row, column, output pixel, input pixel, tap (empty for a structural
 * zero), value with all its digits. In pieces, so that the caller can rest between them.
 */
function* entriesCsv(operator: ConvOperator, { rows, columns }: Visible): Generator<string, void> {
  const view = matrixView(operator);
  let lines = [CSV_HEAD];
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const { output, input, tap, value } = matrixEntry(view, row, column);
      const from = [output.channel, output.y, output.x];
      const to = [input.channel, input.y, input.x];
      lines.push([row, column, ...from, ...to, tap?.[0] ?? '', tap?.[1] ?? '', value].join());
      if (lines.length < PER_REST) continue;
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Saves the entries in view, or says why not. */
export async function saveCsv(operator: ConvOperator, visible: Visible): Promise<string | null> {
  const count = visibleCount(visible);
  if (count > CSV_CAP) return MATRIX_TEXT.csvTooMany(count, CSV_CAP);
  const pieces: string[] = [];
  for (const piece of entriesCsv(operator, visible)) {
    pieces.push(piece);
    await rest();
  }
  saveFile('matrix.csv', new Blob(pieces), 'text/csv');
  return null;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Error(reader.error?.message ?? 'the picture cannot be read'));
    reader.readAsDataURL(blob);
  });
}

/** Saves the figure as SVG: grid, labels, numbers and charts as vectors, the picture inside. */
export async function saveSvg(
  scene: Scene,
  look: Look,
  picture: { png: Blob; title: string },
): Promise<void> {
  const image = await dataUrl(picture.png);
  saveFile('matrix.svg', sceneSvg(scene, look, { image, title: picture.title }), 'image/svg+xml');
}

/**
 * Saves the figure as it is on screen, in device pixels.
 *
 * @throws Error when the browser cannot make the picture.
 */
export async function savePng(
  scene: Scene,
  look: Look,
  picture: { png: Blob; ratio: number },
): Promise<void> {
  const { png, ratio } = picture;
  const [under, over] = [document.createElement('canvas'), document.createElement('canvas')];
  for (const canvas of [under, over]) {
    canvas.width = Math.round(scene.width * ratio);
    canvas.height = Math.round(scene.height * ratio);
    canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  const [below, above] = [under.getContext('2d'), over.getContext('2d')];
  if (below === null || above === null) throw new Error(MATRIX_TEXT.noPng);
  const { x, y, width, height } = scene.window;
  below.fillStyle = look.inks.surface;
  below.fillRect(0, 0, scene.width, scene.height);
  below.drawImage(await createImageBitmap(png), x, y, width, height);
  drawScene(above, scene, look);
  below.drawImage(over, 0, 0, scene.width, scene.height);
  const blob = await new Promise<Blob | null>((resolve) => under.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error(MATRIX_TEXT.noPng);
  saveFile('matrix.png', blob, 'image/png');
}
