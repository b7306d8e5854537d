import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import katex from 'katex';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { FORMULAS } from './testing/formulas.ts';

const SRC = fileURLToPath(new URL('..', import.meta.url));
const ALL = Object.values(FORMULAS).flat();

/** The text of a literal with `undefined` for each substitution; null for any other expression. */
function partsOf(node: ts.Expression | undefined): (string | undefined)[] | null {
  if (node === undefined) return null;
  if (ts.isJsxExpression(node)) return partsOf(node.expression);
  if (ts.isTaggedTemplateExpression(node)) {
    const raw = node.template.getText().slice(1, -1);
    return node.tag.getText() === 'String.raw' && !raw.includes('${') ? [raw] : null;
  }
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.flatMap((one) => [undefined, one.literal.text])];
}

interface Site {
  readonly place: string;
  readonly source: string;
  readonly parts: (string | undefined)[] | null;
}

/** Every place of a file that writes a formula: `…tex: …` in an object or `tex=…` in JSX. */
function sitesOf(file: string): Site[] {
  const text = readFileSync(SRC + file, 'utf8');
  if (!/[tT]ex\b/.test(text)) return [];
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const sites: Site[] = [];
  const visit = (node: ts.Node): void => {
    const written = ts.isPropertyAssignment(node) || ts.isJsxAttribute(node);
    if (written && /(^t|T)ex$/.test(node.name.getText())) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      const source = node.initializer?.getText() ?? '';
      sites.push({ place: `${file}:${line + 1}`, source, parts: partsOf(node.initializer) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return sites;
}

const isPassedOn = ({ source }: Site): boolean => /^\{?[\w.]+\}?$/.test(source);
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function isListed({ parts }: Site): boolean {
  if (parts === null) return false;
  const source = parts.map((part) => (part === undefined ? '.+' : escaped(part))).join('');
  const pattern = new RegExp(`^${source}$`, 's');
  return ALL.some((tex) => pattern.test(tex));
}

describe('L2 formulas', () => {
  it('FORMULAS lists every formula that the sources hold', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.tsx?$/.test(file) && !file.includes('.test.'),
    );
    const sites = files.flatMap(sitesOf).filter((site) => !isPassedOn(site));
    expect(sites.length).toBeGreaterThanOrEqual(24);
    expect(sites.filter((site) => !isListed(site)).map(({ place }) => place)).toEqual([]);
  });

  it.each([...new Set(ALL)])('%s renders in strict mode', (tex) => {
    // oxlint-disable-next-line no-control-regex -- a TAB once stood where `\times` was meant
    expect(tex).not.toMatch(/[\x00-\x1f\x7f]/);
    const html = katex.renderToString(tex, { strict: 'error', throwOnError: true });
    expect(html).toContain('<math');
  });
});
