import { rowOf } from '../../src/attack/batch.ts';
import { evaluate } from '../../src/attack/evaluate.ts';
import { firstLargest } from '../../src/attack/losses.ts';
import { netTarget } from '../../src/attack/net-target.ts';
import { makeShapes } from '../../src/data/shapes.ts';
import { architecture } from '../../src/nn/architectures/architectures.ts';
import { initialWeights } from '../../src/nn/initial-weights.ts';
import { paramsFromWeights } from '../../src/nn/params.ts';
import type { AttackKind } from '../../src/model/attack/kinds.ts';
import { autoAttack } from '../../src/model/attack/lists.ts';
import { standsAfter } from '../../src/model/attack/verdict.ts';
import { dispose } from '../../src/tensor/engine.ts';

const EPS = 1 / 255;
/** Few steps on small images: a software GPU takes long for each. */
const SHORT = { iterations: 3, targets: 1 } as const;
const SIDE = 8;
/** Of the generated images' side. */
const STEP = 4;

/** Every fourth pixel of every fourth row of the generated images, in [0, 1]. */
function smallImages(count: number): Float32Array {
  const { images } = makeShapes({ seed: 1, count, part: 'test' });
  const full = STEP * SIDE;
  return Float32Array.from({ length: count * SIDE * SIDE * 3 }, (_, at) => {
    const [c, x] = [at % 3, Math.floor(at / 3) % SIDE];
    const [y, n] = [Math.floor(at / 3 / SIDE) % SIDE, Math.floor(at / 3 / SIDE / SIDE)];
    return images[((n * full + STEP * y) * full + STEP * x) * 3 + c]! / 255;
  });
}

/** How many images are attacked, and by which attacks of the paper's list; without `kinds` by all. */
export interface VerdictPlan {
  readonly count: number;
  readonly kinds?: readonly AttackKind[];
}

/** One character for each image after each attack of the list: 1 where the image resists it. */
export type AttackFlags = readonly { readonly attack: string; readonly bitmap: string }[];

/** The paper's attacks, shortened, on a net with random weights; an image's label is the net's own answer. */
export async function attackVerdicts({ count, kinds }: VerdictPlan): Promise<AttackFlags> {
  const net = architecture('small-cnn', { width: 0.25, classes: 10, input: [3, SIDE, SIDE] });
  const params = paramsFromWeights(net, initialWeights(net, 1));
  const target = netTarget(net, params);
  const images = smallImages(count);
  const logits = await target.logits(images);
  const labels = Array.from({ length: count }, (_, n) =>
    firstLargest(rowOf(logits, n, target.classes)),
  );
  const list = autoAttack('repo', 'linf').filter(({ kind }) => kinds?.includes(kind) ?? true);
  const attacks = list.map((entry) => ({
    ...entry,
    iterations: SHORT.iterations,
    ...('targets' in entry && { targets: SHORT.targets }),
  }));
  const indices = Uint32Array.from(labels, (_, n) => n);
  const threat = { norm: 'linf', eps: EPS } as const;
  const steps = evaluate(target, { images, labels, indices }, { threat, attacks, seed: 0 });
  let next = await steps.next();
  while (next.done !== true) next = await steps.next();
  const { verdicts } = next.value;
  dispose(Object.values(params));
  return attacks.map(({ kind }, at) => ({
    attack: kind,
    bitmap: verdicts.map((one) => (standsAfter(one, at) ? '1' : '0')).join(''),
  }));
}
