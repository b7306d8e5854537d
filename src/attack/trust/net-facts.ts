import type { NetDescription } from '../../files/net-description-types.ts';
import { plainLayers } from '../../files/net-description-flatten.ts';
import type { ForwardOptions } from '../../nn/forward.ts';
import type { NetFacts } from './card.ts';

/** How a described net is run. */
export function netFacts(net: NetDescription, mode: ForwardOptions['mode']): NetFacts {
  const has = plainLayers(net.layers).some(({ type }) => type === 'batchnorm2d');
  if (!has) return { batchNorm: 'none' };
  return { batchNorm: mode === 'train' ? 'training' : 'inference' };
}
