import type { BandwidthRule } from '../../math/kde.ts';
import { FIGURE_2, type DrawnNorm, type FigureView, type LayerGroup } from './figure-view.ts';
import { LinkError } from '../layer/link-format.ts';

const NORMS: readonly DrawnNorm[] = ['l1', 'linf', 'lower', 'upper'];
const GROUPS: readonly LayerGroup[] = ['conv', 'batchnorm', 'dense'];
const MAX_QUERY = 1000;

function ruleOf(text: string): BandwidthRule {
  if (text === 'scott' || text === 'silverman') return text;
  const factor = /^\d{1,9}(\.\d{1,30})?(e-?\d{1,2})?$/.test(text) ? Number(text) : NaN;
  if (factor > 0) return factor;
  throw new LinkError('rule', text, 'it is scott, silverman or a positive number.');
}

function groupsOf(text: string): FigureView['groups'] {
  const words = text === 'none' ? [] : text.split(',');
  if (!words.every((word) => (GROUPS as readonly string[]).includes(word))) {
    throw new LinkError('layers', text, `it is none, or some of ${GROUPS.join(', ')}.`);
  }
  return {
    conv: words.includes('conv'),
    batchnorm: words.includes('batchnorm'),
    dense: words.includes('dense'),
  };
}

function oneOf<T extends string>(words: readonly T[], key: string): (text: string) => T {
  return (text) => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw new LinkError(key, text, `it is ${words.join(', ')}.`);
    return word;
  };
}

/** Each key of a link: what its text changes in a view. */
const READ: Readonly<Record<string, (text: string) => Partial<FigureView>>> = {
  norm: (text) => ({ norm: oneOf(NORMS, 'norm')(text) }),
  axis: (text) => ({ log: oneOf(['linear', 'log'], 'axis')(text) === 'log' }),
  rule: (text) => ({ rule: ruleOf(text) }),
  layers: (text) => ({ groups: groupsOf(text) }),
  dropped: (text) => ({ dropped: oneOf(['with', 'without'], 'dropped')(text) === 'with' }),
};

/** A view as the query of a link: what differs from Figure 2, such as `norm=linf&axis=log`. */
export function encodeFigureView({ norm, rule, groups, dropped, log }: FigureView): string {
  const pairs: string[] = [];
  if (norm !== FIGURE_2.norm) pairs.push(`norm=${norm}`);
  if (log) pairs.push('axis=log');
  if (rule !== FIGURE_2.rule) pairs.push(`rule=${rule}`);
  const wanted = GROUPS.filter((group) => groups[group]);
  if (wanted.length < GROUPS.length) pairs.push(`layers=${wanted.join(',') || 'none'}`);
  if (!dropped) pairs.push('dropped=without');
  return pairs.join('&');
}

/**
 * The view that a link's query describes; what it leaves out is as in Figure 2.
 *
 * @throws LinkError naming the first part that cannot be read.
 */
export function decodeFigureView(query: string): FigureView {
  if (query.length > MAX_QUERY) {
    throw new LinkError('link', query, `it is longer than ${MAX_QUERY} characters.`);
  }
  const view = { ...FIGURE_2 };
  for (const part of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...rest] = part.split('=');
    // Some programs write a link's commas as %2C when they pass it on.
    const text = rest.join('=').replaceAll(/%2c/gi, ',');
    if (!Object.hasOwn(READ, key)) {
      throw new LinkError(key, text, `a link knows ${Object.keys(READ).join(', ')} here.`);
    }
    Object.assign(view, READ[key]!(text));
  }
  return view;
}
