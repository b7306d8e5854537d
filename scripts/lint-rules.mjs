/**
 * A rule that reports each node that a selector matches.
 * @param {string} selector https://eslint.org/docs/latest/extend/selectors
 * @param {string} message
 */
const forbid = (selector, message) => ({
  /** @param {{ report: (finding: { node: unknown, message: string }) => void }} context */
  create: (context) => ({
    [selector]: (/** @type {unknown} */ node) => context.report({ node, message }),
  }),
});

/** The project's own lint rules, an oxlint plugin (.oxlintrc.json). */
export default {
  meta: { name: 'lab' },
  rules: {
    'no-unseeded-random': forbid(
      "CallExpression[callee.object.name='Math'][callee.property.name='random']",
      'Every random number comes from a seed: use src/math/random.ts.',
    ),
    'no-sync-reads': forbid(
      'CallExpression[callee.property.name=/^(dataSync|arraySync|bufferSync)$/]',
      'Synchronous reads return zeros on WebGPU: read with await data().',
    ),
    'no-literal-spread': forbid(
      'SpreadElement > :matches(ObjectExpression, ArrayExpression), JSXSpreadAttribute > ObjectExpression',
      'Write the properties, elements or attributes out: excess properties of a spread are not checked.',
    ),
  },
};
