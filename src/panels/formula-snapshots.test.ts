import katex from 'katex';
import { expect, it } from 'vitest';
import { FORMULAS } from './testing/formulas.ts';

/** A formula as MathML, one element a line, in an SVG that a browser shows without a sheet. */
function formulaSvg(tex: string): string {
  const html = katex.renderToString(tex, { output: 'mathml', strict: 'error', throwOnError: true });
  const [math = ''] = /<math[\s\S]*<\/math>/.exec(html) ?? [];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="80">
<foreignObject width="480" height="80">
${math.replaceAll('><', '>\n<')}
</foreignObject>
</svg>
`;
}

it.each(Object.entries(FORMULAS))(
  'L2 the first formula of %s is set as reviewed',
  async (panel, [tex]) => {
    await expect(formulaSvg(tex!)).toMatchFileSnapshot(`./snapshots/${panel}-formula.svg`);
  },
);
