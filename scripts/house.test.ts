import { describe, expect, it } from 'vitest';
import { directImports, drawHouse } from './lib/house-drawing.mjs';
import { roomImports } from './lib/imports.mjs';

const imports = new Map([
  ['app', ['math', 'ui']],
  ['math', []],
  ['ui', ['math']],
]);

describe('the picture of the house', () => {
  it('counts imports between rooms, not those of tests', () => {
    const module = (source: string, ...resolved: string[]) => ({
      source,
      imports: resolved,
    });
    const modules = [
      module('src/ui/button.tsx', 'src/ui/a.ts', 'src/math/b.ts', 'node_modules/react/index.js'),
      module('src/ui/button.test.tsx', 'src/app/c.ts'),
      module('src/math/testing/d.ts', 'src/ui/a.ts'),
      module('src/math/b.ts'),
    ];
    expect([...roomImports(modules)]).toEqual([
      ['math', []],
      ['ui', ['math']],
    ]);
  });

  it('leaves out an import that a chain of others shows', () => {
    expect([...directImports(imports)]).toEqual([
      ['app', ['ui']],
      ['math', []],
      ['ui', ['math']],
    ]);
  });

  it('draws every room and every direct import, the same each time', () => {
    const svg = drawHouse(imports);
    expect(drawHouse(imports)).toBe(svg);
    for (const room of imports.keys()) expect(svg).toContain(`>${room}</text>`);
    expect(svg.match(/<title>[^<]*/g)).toEqual(['<title>app imports ui', '<title>ui imports math']);
    expect(svg).not.toContain('NaN');
  });
});
