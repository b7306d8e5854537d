import {
  decodeParts,
  encodeParts,
  joinQuery,
  keysOf,
  splitQuery,
  wordPart,
  type QueryParts,
} from '../../kit/document/keyed-query.ts';
import { FIGURE_2, type FigureView, type LayerGroup } from './figure-view.ts';

const GROUPS: readonly LayerGroup[] = ['conv', 'batchnorm', 'dense'];
const MAX_QUERY = 1000;
const FACTOR = /^\d{1,9}(\.\d{1,30})?(e-?\d{1,2})?$/;

function readRule(text: string): FigureView['rule'] | undefined {
  if (text === 'scott' || text === 'silverman') return text;
  const factor = FACTOR.test(text) ? Number(text) : NaN;
  return factor > 0 ? factor : undefined;
}

function readGroups(text: string): FigureView['groups'] | undefined {
  const words = text === 'none' ? [] : text.split(',');
  if (!words.every((word) => (GROUPS as readonly string[]).includes(word))) return undefined;
  return {
    conv: words.includes('conv'),
    batchnorm: words.includes('batchnorm'),
    dense: words.includes('dense'),
  };
}

/** The parts of a link, in the order in which they are written. */
const PARTS: QueryParts<FigureView> = {
  norm: wordPart('norm', { l1: 'l1', linf: 'linf', lower: 'lower', upper: 'upper' }),
  log: wordPart('axis', { linear: false, log: true }),
  rule: {
    key: 'rule',
    write: String,
    read: readRule,
    expected: 'give scott, silverman or a positive number.',
  },
  groups: {
    key: 'layers',
    write: (groups) => GROUPS.filter((group) => groups[group]).join(',') || 'none',
    read: readGroups,
    expected: `give none, or some of ${GROUPS.join(', ')}.`,
  },
  dropped: wordPart('dropped', { with: true, without: false }),
};

/**
 * Writes a view as the query of a link: the fields that differ from Figure 2, such as
 * `norm=linf&axis=log`.
 */
export function encodeFigureView(view: FigureView): string {
  return joinQuery(encodeParts(view, PARTS, FIGURE_2));
}

/** Reads the view of a link's query; missing fields are as in Figure 2. @throws LinkError */
export function decodeFigureView(query: string): FigureView {
  return decodeParts(splitQuery(query, keysOf(PARTS), MAX_QUERY), PARTS, FIGURE_2);
}
