import type { Pair } from '../../math/geometry.ts';
import type { Focus } from './focus.ts';
import type { KernelSource, LayerSpec, PaddingSpec } from './layer.ts';
import { LINK_WEIGHTS, PADDINGS, TYPES, type EncodedLink, type LayerLink } from './link-format.ts';
import { encodeParts, joinQuery, type QueryPairs } from '../../kit/document/keyed-query.ts';
import { FIRST_VIEW } from './layer-view.ts';
import { VIEW_PARTS } from './link-view.ts';
import { packValues } from './packed-weights.ts';

function wordOf<T extends string>(table: Readonly<Record<string, T>>, value: T): string {
  return Object.keys(table).find((word) => table[word] === value) ?? value;
}

const pairText = ([a, b]: Pair): string => (a === b ? String(a) : `${a}x${b}`);

function paddingText(padding: PaddingSpec): string {
  if (padding.kind !== 'explicit') return wordOf(PADDINGS, padding.kind);
  const { sides } = padding;
  return sides.every((side) => side === sides[0]) ? String(sides[0]) : sides.join(',');
}

function focusText(focus: Focus): string {
  switch (focus.kind) {
    case 'entry':
      return `e${focus.row}.${focus.column}`;
    case 'weight':
      return `w${focus.i}.${focus.j}.${focus.k}.${focus.t}`;
    default:
      return `${focus.kind.charAt(0)}${focus.channel}.${focus.y}.${focus.x}`;
  }
}

async function sourcePairs(
  source: KernelSource,
): Promise<{ pairs: QueryPairs; complete: boolean }> {
  if (source.kind !== 'values') {
    const seed: QueryPairs = 'seed' in source ? [['seed', String(source.seed)]] : [];
    return { pairs: [['kernel', source.kind], ...seed], complete: true };
  }
  const complete = source.values.length <= LINK_WEIGHTS;
  const weights = complete
    ? (['w', await packValues(source.values)] as const)
    : (['missing', String(source.values.length)] as const);
  const name = encodeURIComponent(source.name.slice(0, 200));
  return { pairs: [['kernel', 'values'], ['name', name], weights], complete };
}

/** The fields of the geometry that differ from a link's defaults. */
function geometryPairs(spec: LayerSpec): QueryPairs {
  const dense = spec.type === 'dense';
  const input = dense ? String(spec.dIn) : `${spec.dIn}x${spec.input[0]}x${spec.input[1]}`;
  const pairs: QueryPairs = [];
  if (spec.type !== 'conv') pairs.push(['type', wordOf(TYPES, spec.type)]);
  pairs.push(['in', input], ['out', String(spec.dOut)]);
  if (dense) return pairs;
  pairs.push(['k', pairText(spec.kernel)], ['s', pairText(spec.stride)]);
  if (pairText(spec.dilation) !== '1') pairs.push(['d', pairText(spec.dilation)]);
  pairs.push(['p', paddingText(spec.padding)]);
  if (spec.paddingMode !== 'zeros') pairs.push(['mode', spec.paddingMode]);
  if (spec.groups !== 1) pairs.push(['g', String(spec.groups)]);
  if (pairText(spec.outputPadding) !== '0') pairs.push(['op', pairText(spec.outputPadding)]);
  return pairs;
}

/**
 * Writes a layer as the query of a link: `in=3x8x8&out=4&k=3&s=2&p=1&kernel=he&seed=1`. Given
 * weights are packed (deflate, base64url) up to LINK_WEIGHTS of them; beyond that the link is
 * incomplete.
 */
export async function encodeLink({ spec, pinned, color, view }: LayerLink): Promise<EncodedLink> {
  const { pairs: source, complete } = await sourcePairs(spec.source);
  const looks: QueryPairs = [];
  if (pinned !== null) looks.push(['pin', focusText(pinned)]);
  if (color !== null) looks.push(['color', color]);
  const pairs = [
    ...geometryPairs(spec),
    ...source,
    ...looks,
    ...encodeParts(view, VIEW_PARTS, FIRST_VIEW),
  ];
  return { query: joinQuery(pairs), complete };
}
