import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inRoot } from './lib/root.mjs';

const RULE = /[A-Z]{1,2}\d+/;

/** T2 to T4 for a range "T2–T4". */
function expand(range: string): string[] {
  const [first = '', last = first] = range.match(new RegExp(RULE, 'g')) ?? [];
  const letters = first.replace(/\d+/, '');
  const [from, to] = [first, last].map((rule) => Number(rule.slice(letters.length)));
  return Array.from({ length: to! - from! + 1 }, (_, n) => `${letters}${from! + n}`);
}

/** The rules that a text of docs/rules.md states: "**T2**", or "**T2**–**T4**" for three at once. */
const statedRules = (text: string): string[] =>
  (text.match(/\*\*[A-Z]{1,2}\d+\*\*(?:–\*\*[A-Z]{1,2}\d+\*\*)?/g) ?? []).flatMap(expand);

/** The rules that titles cite: a text in quotes that begins "T2 …", "T2, T5 …" or "T2–T4 …". */
function citedRules(source: string): string[] {
  const titles =
    /\b(?:describe|it|test)\b(?:\.\w+)*(?:\([^'"`]*\))?\(\s*['"`]((?:[A-Z]{1,2}\d+(?:–|, | and )?)+):? /g;
  return [...source.matchAll(titles)].flatMap(([, cited = '']) =>
    cited.split(/, | and /).flatMap(expand),
  );
}

const testFiles = ['src', 'e2e', 'scripts'].flatMap((folder) =>
  readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(test|spec)\.tsx?$/.test(path))
    .map((path) => join(folder, path)),
);

describe('docs/rules.md and the titles of tests', () => {
  const stated = statedRules(readFileSync(inRoot('docs', 'rules.md'), 'utf8'));
  const cited = testFiles.flatMap((path) =>
    citedRules(readFileSync(inRoot(path), 'utf8')).map((rule) => ({ rule, path })),
  );

  it('are read as they are written', () => {
    const expected = ['Q1', 'Q2', 'D2', 'D3', 'D4'];
    expect(statedRules('- **Q1** A. **Q2** B, see Q9.\n- **D2**–**D4** C')).toEqual(expected);
    const source = "it('Q1, Q2 a', f); describe.each([1])(`D2–D4 b`, f); it('of Q9', f); g('Q8 x')";
    expect(citedRules(source)).toEqual(expected);
    expect(stated.length).toBeGreaterThan(150);
  });

  it('give each number to one rule', () => {
    expect(stated.filter((rule, at) => stated.indexOf(rule) !== at)).toEqual([]);
  });

  it('leave no rule without a test', () => {
    const proven = new Set(cited.map(({ rule }) => rule));
    expect(stated.filter((rule) => !proven.has(rule))).toEqual([]);
  });

  it('cite no number that is no rule', () => {
    expect(cited.filter(({ rule }) => !stated.includes(rule))).toEqual([]);
  });
});
