import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from './lib/process.mjs';
import { inRoot } from './lib/root.mjs';

const longFunction = `export function long(): void {\n${'  console.log(1);\n'.repeat(61)}}\n`;

/** One violation each of the rules that the house depends on, by the rule's name in the report. */
const violations = {
  'lab(no-unseeded-random)': 'export const random = Math.random();\n',
  'lab(no-sync-reads)': 'export const read = (t: { dataSync(): void }) => t.dataSync();\n',
  'lab(no-literal-spread)': 'export const both = { a: 1, ...{ b: 2 } };\n',
  'eslint(max-lines-per-function)': longFunction,
  'typescript(no-floating-promises)': 'export const start = () => { Promise.resolve(1); };\n',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(inRoot('scripts', 'lint-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the linter', () => {
  it('reports what the house forbids, with its own rules and with types', async () => {
    const sources = Object.values(violations);
    sources.forEach((source, n) => writeFileSync(join(folder, `case${n}.ts`), source));
    const jsx = 'export const row = <p {...{ id: "a", title: "b" }} />;\n';
    writeFileSync(join(folder, 'jsx.tsx'), jsx);
    const oxlint = inRoot('node_modules', 'oxlint', 'bin', 'oxlint');
    const { code, output } = await runNode([oxlint, '--format=unix', folder], { output: 'keep' });
    expect(code).toBe(1);
    const found = (file: string): string =>
      output
        .split('\n')
        .filter((line) => line.includes(file))
        .join('\n');
    Object.keys(violations).forEach((rule, n) => {
      expect(found(`case${n}.ts`)).toContain(rule);
    });
    expect(found('jsx.tsx')).toContain('lab(no-literal-spread)');
  });
});
