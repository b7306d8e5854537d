import { readFileSync } from 'node:fs';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The light theme's value of each CSS variable in `src/app/tokens.css`. */
function tokens(): ReadonlyMap<string, string> {
  const text = read('../../app/tokens.css').replace(/light-dark\((.+?), .+?\);/g, '$1;');
  return new Map(
    [...text.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]),
  );
}

/** The rules of the charts' sheets whose classes the markup uses. */
function stylesOf(svg: string, sheets: readonly string[]): string {
  const css = sheets.map((sheet) => read(`../${sheet}.module.css`)).join('');
  const rules = css.replace(/\/\*[\s\S]*?\*\//g, '').match(/[^{}]+\{[^{}]*\}/g) ?? [];
  const used = new Set(
    [...svg.matchAll(/class="([^"]*)"/g)].flatMap(([, names]) => names!.split(' ')),
  );
  const isUsed = (rule: string): boolean =>
    [...rule.split('{')[0]!.matchAll(/\.([\w-]+)/g)].every(([, name]) => used.has(name!));
  return rules.filter(isUsed).join('').trim();
}

/** The SVG within a component's markup as a file of its own: one element a line, with the styles it needs. */
export function svgFile(element: ReactElement, sheets: readonly string[]): string {
  const [svg = ''] = /<svg[\s\S]*<\/svg>/.exec(renderToStaticMarkup(element)) ?? [];
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const values = tokens();
  return svg
    .replace(
      /<svg/,
      `<svg xmlns="http://www.w3.org/2000/svg" style="width:${width}px;height:${height}px;background:var(--surface)"`,
    )
    .replace('>', `>\n<style>\n${stylesOf(svg, sheets)}\n</style>`)
    .replaceAll('><', '>\n<')
    .replace(/var\((--[\w-]+)\)/g, (whole, name: string) => values.get(name) ?? whole)
    .concat('\n');
}
