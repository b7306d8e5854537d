import { formatNumber } from '../../../ui/format.ts';
import type { Look } from './look.ts';
import { TEXT } from './messages.ts';
import {
  largestAmong,
  lossGradient,
  nextH,
  placeAt,
  pushScale,
  sizesOf,
  type DecayedKernel,
  type TakenStep,
} from './step.ts';

const MESSAGES = TEXT.lines;

/** A line of Algorithm 1: its formula, the same in plain text, and this layer's numbers. */
export interface Line {
  readonly tex: string;
  readonly plain: string;
  /** Numbers known before the step is taken, or after it. */
  readonly numbers: readonly string[];
}

/** A weight's indices as they are written between the brackets of K[…]. */
export function formatIndex(kernel: DecayedKernel, at: number): string {
  const { i, j, k, t } = placeAt(sizesOf(kernel.layer), at);
  return (kernel.layer.kind === 'conv' ? [i, j, k, t] : [i, j]).join(', ');
}

/** Four digits at most: 0.75 stays as it is. */
function short(value: number): string {
  const size = Math.abs(value);
  const plain = size >= 1e-3 && size < 1e6;
  return plain ? String(Number(value.toPrecision(4))).replace('-', '−') : formatNumber(value);
}

/** A number within a sum or product. */
const inTerm = (value: number): string => MESSAGES.minus(short(value));

function gradientLine({ taken, before, chosen }: Look, at: number): Line {
  const largest = (step: TakenStep): number => {
    const found = largestAmong(chosen, (one) => lossGradient(step, one));
    return found < 0 ? NaN : Math.abs(lossGradient(step, found));
  };
  const numbers =
    taken === null
      ? [MESSAGES.gradient]
      : [
          MESSAGES.gradientWas(
            short(largest(taken)),
            formatIndex(before, at),
            short(lossGradient(taken, at)),
          ),
        ];
  return { tex: 'g \\leftarrow \\nabla_K L', plain: 'g ← ∇L', numbers };
}

function formatTap({ decay, layer }: DecayedKernel): string {
  const [k1, k2] = sizesOf(layer).taps;
  if (decay.taps.length === k1 * k2) return MESSAGES.allTaps(k1 * k2);
  const names = decay.taps.map((tap) => `(${Math.floor(tap / k2)}, ${tap % k2})`);
  return MESSAGES.someTaps(names.join(' '));
}

function normLine({ before, chosen }: Look): Line {
  const { norm, value, side, channel } = before.decay;
  let [plus, minus] = [0, 0];
  for (const at of chosen) {
    if (before.values[at]! > 0) plus += 1;
    if (before.values[at]! < 0) minus += 1;
  }
  const symbol = norm === 'l1' ? '1' : '\\infty';
  const attained = MESSAGES.norm({
    symbol: TEXT.norms[norm],
    value: formatNumber(value),
    slice: TEXT.slices[norm === 'l1' ? 'columns' : 'rows'],
    channel: MESSAGES.channels[side](channel),
    taps: formatTap(before),
  });
  return {
    tex: `p \\leftarrow \\operatorname{sign}(K) \\text{ where } \\lVert M\\rVert_{${symbol}} \\text{ is attained}`,
    plain: `p ← sign(K) where the ${TEXT.norms[norm]} is attained`,
    numbers: Number.isNaN(value)
      ? [MESSAGES.notFinite]
      : [attained, MESSAGES.signs(String(plus), String(minus))],
  };
}

function hLine({ before, chosen }: Look, at: number): Line {
  const { gamma, mode } = before.decay;
  const on = chosen.has(at);
  const next = short(nextH(before, at, on));
  const p = on ? Math.sign(before.values[at]!) : 0;
  const terms = { at: formatIndex(before, at), gamma: short(gamma), h: inTerm(before.h[at]!) };
  if (mode === 'paper') {
    return {
      tex: 'h \\leftarrow \\gamma h + (1-\\gamma)\\,p',
      plain: 'h ← γh + (1 − γ)p',
      numbers: [MESSAGES.keep({ ...terms, p: inTerm(p), next })],
    };
  }
  return {
    tex: 'h \\leftarrow \\gamma h,\\quad h_{\\mathrm{sel}} \\leftarrow \\operatorname{sign}(K_{\\mathrm{sel}})',
    plain: 'h ← γh, then h[sel] ← sign(K[sel])',
    numbers: [on ? MESSAGES.set({ at: terms.at, p: short(p) }) : MESSAGES.fade({ ...terms, next })],
  };
}

function pushLine({ before, chosen }: Look, at: number): Line {
  const { mode, beta, layers } = before.decay;
  const scale = pushScale(before.decay);
  const h = nextH(before, at, chosen.has(at));
  const named =
    mode === 'paper'
      ? MESSAGES.scale.paper(short(beta), layers, short(scale))
      : MESSAGES.scale.repo(short(beta));
  const numbers = [
    MESSAGES.push({
      scale: named,
      at: formatIndex(before, at),
      h: short(h),
      sum: short(scale * h),
    }),
  ];
  return mode === 'paper'
    ? { tex: 'g \\leftarrow g + \\tfrac{\\beta}{N}\\,h', plain: 'g ← g + (β/N)h', numbers }
    : { tex: 'g \\leftarrow g + \\beta h', plain: 'g ← g + βh', numbers };
}

function moveNumbers({ before, taken }: Look, at: number): string[] {
  const rate = short(before.learningRate);
  const momentum = short(before.momentum);
  if (taken === null) return [MESSAGES.ahead(rate, momentum)];
  const { velocity, values, decay } = taken.after;
  const [old, next] = [before.velocity[at]!, velocity[at]!];
  const symbol = TEXT.norms[decay.norm];
  return [
    MESSAGES.velocity({
      momentum,
      v: inTerm(old),
      next: short(next),
      g: inTerm(next - before.momentum * old),
    }),
    MESSAGES.moved({
      at: formatIndex(before, at),
      old: short(before.values[at]!),
      rate,
      v: inTerm(next),
      next: short(values[at]!),
    }),
    MESSAGES.normMoved(symbol, formatNumber(before.decay.value, 6), formatNumber(decay.value, 6)),
  ];
}

/** Algorithm 1's five lines with the numbers of a layer and of one of its weights. */
export function linesOf(look: Look, at: number): readonly Line[] {
  return [
    gradientLine(look, at),
    normLine(look),
    hLine(look, at),
    pushLine(look, at),
    {
      tex: 'v \\leftarrow \\mu v + g,\\quad \\theta \\leftarrow \\theta - \\mathrm{lr}\\cdot v',
      plain: 'v ← μv + g; θ ← θ − lr·v',
      numbers: moveNumbers(look, at),
    },
  ];
}
