import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { LayerPanel } from '../panels/layer/layer-panel.tsx';

/** A panel of the lab: its place in the link (#/id…), its name and its component. */
export interface Route {
  readonly id: string;
  readonly name: string;
  readonly Panel: ComponentType | LazyExoticComponent<ComponentType>;
}

/** All panels, first one first opened. A new panel is one line here. */
export const ROUTES: readonly Route[] = [
  { id: 'layer', name: 'Layer', Panel: LayerPanel },
  {
    id: 'train',
    name: 'Train',
    Panel: lazy(async () => ({
      default: (await import('../panels/train/train-panel.tsx')).TrainPanel,
    })),
  },
  {
    id: 'attack',
    name: 'Attack',
    Panel: lazy(async () => ({
      default: (await import('../panels/attack/attack-panel.tsx')).AttackPanel,
    })),
  },
  {
    id: 'net',
    name: 'Net',
    Panel: lazy(async () => ({ default: (await import('../panels/net/net-panel.tsx')).NetPanel })),
  },
  {
    id: 'compare',
    name: 'Compare',
    Panel: lazy(async () => ({
      default: (await import('../panels/compare/compare-panel.tsx')).ComparePanel,
    })),
  },
];

/** The route that a location hash such as `#/net?…` names; the first one when it names none. */
export function routeOf(hash: string): Route {
  const id = /^#\/([a-z]+)/.exec(hash)?.[1];
  return ROUTES.find((route) => route.id === id) ?? ROUTES[0]!;
}
