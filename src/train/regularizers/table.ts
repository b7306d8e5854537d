import { addNormDecay, startNormDecay } from './norm-decay.ts';
import { clipConvs } from './svc.ts';
import type { RegularizerKind, RegularizerSettings } from '../../model/train/regularizer.ts';
import type { Regularizer } from './types.ts';

/** A regularizer that does nothing: the base of the others. */
const PASSIVE = {
  start: () => ({ layers: [] }),
  coupledDecay: () => 0,
  addGradients: () => undefined,
  beforeStep: function* () {
    // Nothing to clip.
  },
  afterStep: function* () {
    // Nothing to clip.
  },
} satisfies Regularizer<'none'>;

function normDecay<K extends 'norm-decay-l1' | 'norm-decay-linf'>(
  norm: 'l1' | 'linf',
): Regularizer<K> {
  return {
    ...PASSIVE,
    start: (parameters, settings) => ({ layers: startNormDecay(parameters, settings, norm) }),
    addGradients: ({ parameters, gradients, state, settings }) =>
      addNormDecay({ norm, parameters, gradients, layers: state.layers, settings }),
  };
}

/** Every regularizer of the lab. */
const REGULARIZERS: { readonly [K in RegularizerKind]: Regularizer<K> } = {
  none: PASSIVE,
  'weight-decay': { ...PASSIVE, coupledDecay: ({ lambda }) => lambda },
  'norm-decay-l1': normDecay('l1'),
  'norm-decay-linf': normDecay('linf'),
  svc: {
    ...PASSIVE,
    beforeStep: function* ({ parameters, settings, batch }) {
      const due = settings.schedule === 'every-100' && batch % 100 === 1;
      if (due) yield* clipConvs(parameters, settings);
    },
    afterStep: function* ({ parameters, settings }) {
      if (settings.schedule === 'every-step') yield* clipConvs(parameters, settings);
    },
  },
};

/** The regularizer that settings name. */
export function regularizerOf<K extends RegularizerKind>(
  settings: RegularizerSettings<K>,
): Regularizer<K> {
  return REGULARIZERS[settings.kind];
}
