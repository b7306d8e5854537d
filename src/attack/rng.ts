import { philox } from '../math/random.ts';
import { ATTACK_KINDS, type AttackKind } from '../model/attack/kinds.ts';

/**
 * Key of a random draw of an attack. Draws depend on these numbers alone: not on the batch, the
 * order of images, other attacks, or a resume.
 */
export interface Draw {
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Place of the image in its set, below 2^32. */
  readonly image: number;
  /** Number of the random stream: {@link attackStream}, or one of OTHER_STREAMS. */
  readonly stream: number;
  /** Restarts and targets of one attack, below 65,536. */
  readonly restart: number;
  /** Step within the restart; 0 is the start. */
  readonly step: number;
}

/** Streams besides those of the attacks (`stream` in model/attack/kinds.ts); never renumbered. */
export const OTHER_STREAMS = { gradients: 8, 'adversarial-training': 64 } as const;

/** The number of an attack's random stream. @throws RangeError for an attack that draws nothing. */
export function attackStream(kind: AttackKind): number {
  const { stream } = ATTACK_KINDS[kind];
  if (stream === null) throw new RangeError(`attacks: ${kind} has no random stream; give it one.`);
  return stream;
}

function words({ seed, image, stream, restart, step }: Draw, block: number): readonly number[] {
  // The last word is 0 in every other use of the generator (math/random): here never.
  const counter = [block >>> 0, image >>> 0, (stream * 65_536 + restart) >>> 0, step + 1] as const;
  return philox(counter, [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]);
}

/** Independent numbers uniform in (−1, 1), from index `first` of the key, a multiple of 4. */
export function drawUniform(draw: Draw, count: number, first = 0): Float64Array {
  const out = new Float64Array(count);
  for (let at = 0; at < count; at += 4) {
    const four = words(draw, (first + at) / 4);
    for (let k = 0; k < Math.min(4, count - at); k++) out[at + k] = (four[k]! + 0.5) / 2 ** 31 - 1;
  }
  return out;
}

/** Independent standard normal numbers (Box–Muller). */
export function drawNormal(draw: Draw, count: number): Float64Array {
  const out = new Float64Array(count);
  for (let at = 0; at < count; at += 4) {
    const four = words(draw, at / 4);
    for (let pair = 0; pair < 4 && at + pair < count; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log((four[pair]! + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * four[pair + 1]!) / 2 ** 32;
      out[at + pair] = radius * Math.cos(angle);
      if (at + pair + 1 < count) out[at + pair + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}
