/** What a picture looks like when it stands alone: the styles that a page's sheets give to SVG. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;

function inlineStyles(from: Element, to: Element): void {
  if (!(from instanceof SVGGraphicsElement)) return;
  const style = getComputedStyle(from);
  for (const name of STYLES) to.setAttribute(name, style.getPropertyValue(name));
  [...from.children].forEach((child, index) => {
    const twin = to.children[index];
    if (twin !== undefined) inlineStyles(child, twin);
  });
}

/** Size of an SVG in its own units: its view box, else its size on screen. */
function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  const { width, height } = svg.viewBox.baseVal;
  return width > 0 ? { width, height } : svg.getBoundingClientRect();
}

/**
 * An SVG on the page as a file of its own: styles written into the elements, on the page's surface.
 * Elements with the attribute data-screen-only (cursors, hover marks) are left out.
 */
export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  inlineStyles(svg, copy);
  for (const mark of copy.querySelectorAll('[data-screen-only]')) mark.remove();
  const { width, height } = sizeOf(svg);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', getComputedStyle(document.documentElement).backgroundColor);
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

/**
 * The same as PNG, `scale` pixels for each unit (3: about 300 dpi for a picture that is laid out at
 * 96 units an inch).
 *
 * @throws Error when the browser cannot draw the picture.
 */
export async function pngBlob(svg: SVGSVGElement, scale = 3): Promise<Blob> {
  const { width, height } = sizeOf(svg);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('No PNG could be made.')) : resolve(blob),
    );
  });
}

/** A cell: quoted when it has to be. A text that a spreadsheet would run as a formula gets an apostrophe. */
function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table as CSV (RFC 4180), all digits of every number. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
