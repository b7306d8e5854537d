import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../tensor/backends.ts';
import { dispose } from '../tensor/engine.ts';
import { apgdRun, checkSchedule, type ApgdEnd, type ApgdState } from './apgd-run.ts';
import { runLanes, type Lane } from './lanes.ts';
import { netTarget } from './net-target.ts';
import type { AttackTarget } from './target.ts';
import { onSphere } from './threat-model.ts';
import { apgdTraces, type ApgdTrace } from './testing/apgd-traces.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../nn/testing/reference-nets.ts';

type Run = Parameters<typeof apgdRun>[0];

/** Runs side by side: their ends and all their states. */
async function follow(
  target: AttackTarget,
  runs: readonly Run[],
): Promise<{ end: ApgdEnd; states: ApgdState[] }[]> {
  const found = runs.map(() => ({
    end: undefined as ApgdEnd | undefined,
    states: [] as ApgdState[],
  }));
  const lanes = runs.map(function* (run, n): Lane {
    const watch = (state: ApgdState): number => found[n]!.states.push(state);
    found[n]!.end = yield* apgdRun({ ...run, watch });
    return null;
  });
  const queue = { count: runs.length, laneOf: (n: number) => lanes[n]!, width: runs.length };
  await resultOf(runLanes(target, queue));
  return found as { end: ApgdEnd; states: ApgdState[] }[];
}

describe('the published trajectories of APGD on an analytic model', () => {
  const clean = Float32Array.from({ length: 6 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
  const common = { clean, classes: { label: 1, target: 2 }, iterations: 20, rho: 0.75 };
  const rest = { ...common, eot: 1, untilBroken: false };
  const linf = { norm: 'linf', eps: 0.1 } as const;
  const l2 = { norm: 'l2', eps: 0.2 } as const;
  const box = [0.6, 0.6524412954, 0.672789228, 0.4423360024, 0.3729592514, 0.3123227176];
  it.each([
    {
      loss: 'ce',
      threat: linf,
      start: 0.1444393035,
      best: 1.0094786288,
      point: box,
      losses: new Array<number>(6).fill(1.0094786288),
      halved: [4, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
    },
    {
      loss: 'ce',
      threat: l2,
      start: 0.1352806048,
      best: 0.9909886802,
      losses: [0.8463498858, 0.987284302, 0.9853370453, 0.9875071178, 0.9898806248, 0.9907700449],
      halved: [4, 20],
      point: [0.6436361944, 0.7517674711, 0.6621556562, 0.4889812846, 0.3261939991, 0.2503718715],
    },
    {
      loss: 'dlr',
      threat: linf,
      start: -0.4754235911,
      best: 0.194838952,
      point: box,
      losses: [0.1394953047, 0.1529816758, 0.194838952, 0.194838952, 0.194838952, 0.194838952],
      halved: [4, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
    },
    {
      loss: 'dlr-targeted',
      threat: l2,
      start: -0.4380409166,
      best: 0.1279386619,
      losses: [0.0392428288, 0.1188676241, 0.1247798084, 0.1264490435, 0.1276040801, 0.1278959297],
      halved: [20],
      point: [0.641106073, 0.7483880915, 0.6595726463, 0.4872754019, 0.325222578, 0.250943027],
    },
  ] as const)('$threat.norm $loss', async ({ threat, loss, losses, halved, ...golden }) => {
    const t = Array.from(clean, (_, i) => Math.cos(3 * i));
    const start = new Float32Array(onSphere(threat, clean, t));
    const [run] = await follow(plainTarget(QUADRATIC), [{ ...rest, threat, loss, start }]);
    const { states, end } = run!;
    // Images and logits are float32 here: the goldens are met to a few 1e-6.
    expect(states[0]!.loss).toBeCloseTo(golden.start, 5);
    expect(states.at(-1)!.best).toBeCloseTo(golden.best, 5);
    losses.forEach((one, at) => expect(states[at + 1]!.loss).toBeCloseTo(one, 5));
    // On a round top (l2) later losses differ by less than float32 tells.
    const told = threat.norm === 'linf' ? 20 : 11;
    const found = states.filter((one) => one.halved && one.step <= told);
    expect(found.map(({ step }) => step)).toEqual(halved.filter((step) => step <= told));
    // The CE on a flat top moves the l2 point more than its loss.
    golden.point.forEach((one, i) => expect(end.best.point[i]!).toBeCloseTo(one, 4));
  });

  it('check the step after 22, 41, 57, 70, 80, 87, 93 and 99 of 100 steps', () => {
    const { first, least, fall } = checkSchedule(100);
    const checks: number[] = [];
    for (let [at, window] = [first, first]; at <= 100;) {
      checks.push(at);
      window = Math.max(window - fall, least);
      at += window;
    }
    expect(checks).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
  });
});

/** Runs of the reference that its own float32 follows all the way, and so must we. */
const SAFE: Readonly<Record<ReferenceNet, readonly string[]>> = {
  'mnist-plain': [
    'Linf_ce_it100',
    'Linf_ce_it40',
    'Linf_ce_it20',
    'Linf_dlr-targeted_it100',
    'L2_dlr-targeted_it100',
  ],
  'mnist-bn': ['Linf_dlr-targeted_it100', 'Linf_ce_it40', 'Linf_ce_it20'],
  'mnist-at': ['L2_dlr_it100', 'L2_dlr-targeted_it100'],
};

async function replay(name: ReferenceNet, trace: ApgdTrace) {
  const { net, params } = await openReferenceNet(name);
  const { images } = mnistTest(0, 500);
  const runs = trace.images.indices.map((index, n): Run => {
    const clean = images.slice(index * 784, (index + 1) * 784);
    const target = trace.targets?.[n];
    return {
      threat: { norm: trace.norm === 'Linf' ? 'linf' : 'l2', eps: trace.eps },
      loss: trace.loss,
      classes: { label: trace.labels[n]!, ...(target !== undefined && { target }) },
      clean,
      start: clean,
      iterations: trace.n_iter,
      rho: trace.rho,
      eot: 1,
      untilBroken: false,
    };
  });
  const found = await follow(netTarget(net, params), runs);
  dispose(Object.values(params));
  return found;
}

/** Largest |found − golden| beyond 1e-4 relative, and whether all sizes and verdicts agree. */
function compare(trace: ApgdTrace, found: Awaited<ReturnType<typeof replay>>) {
  let worst = 0;
  let sizes = true;
  let verdicts = true;
  found.forEach(({ states }, n) => {
    expect(states).toHaveLength(trace.n_iter + 1);
    let standing = true;
    states.forEach(({ loss, size, wrong }, step) => {
      standing &&= !wrong;
      const golden = trace.loss_f64[step]![n]!;
      worst = Math.max(worst, Math.abs(loss - golden) - 1e-4 * Math.abs(golden));
      sizes &&= Math.abs(size / trace.step_f64[step]![n]! - 1) < 1e-6;
      verdicts &&= standing === (trace.still_correct_f64[step]![n] === 1);
    });
  });
  return { worst, sizes, verdicts };
}

function robust(found: Awaited<ReturnType<typeof replay>>): number[] {
  return found.map(({ end }) => (end.adversarial === null ? 1 : 0));
}

describe("A5 APGD beside the reference's traces", () => {
  const cases = (Object.keys(SAFE) as ReferenceNet[]).flatMap((name) =>
    SAFE[name].map((run) => ({ name, run })),
  );
  const traceOf = (name: ReferenceNet, run: string): ApgdTrace =>
    apgdTraces(name).find(({ id }) => id === `${name}_${run}`)!;

  describe.each(['wasm', 'cpu'] as const)('step by step, on %s', (backend) => {
    beforeAll(async () => {
      await startBackend(backend);
    });
    // The others take minutes on the cpu backend.
    const quick = cases.filter(({ name, run }) => name === 'mnist-plain' && run.endsWith('20'));
    it.each(backend === 'wasm' ? cases : quick)('$name $run', async ({ name, run }) => {
      const trace = traceOf(name, run);
      const { worst, sizes, verdicts } = compare(trace, await replay(name, trace));
      // Float32 logits are off by 1e-5, of which DLR near 0 keeps 1e-6 in absolute terms.
      expect(worst).toBeLessThan(2e-6);
      expect(sizes).toBe(true);
      expect(verdicts).toBe(true);
    });
  });

  it.each([
    ['mnist-plain', 'L2_ce_it100'],
    ['mnist-plain', 'Linf_dlr_it100'],
    ['mnist-bn', 'Linf_ce_it100'],
    ['mnist-bn', 'L2_dlr_it100'],
    ['mnist-at', 'Linf_ce_it100'],
    ['mnist-at', 'Linf_dlr_it100'],
  ] as const)('%s %s, where float32 decides: verdicts and best losses', async (name, run) => {
    await startBackend('wasm');
    const trace = traceOf(name, run);
    const found = await replay(name, trace);
    expect(robust(found)).toEqual(trace.final.robust);
    found.forEach(({ states }, n) => {
      // Untargeted DLR is 1, whatever the image, once the true class is third: from there on the
      // gradient is rounding, and the reference's own best losses end at 1 in float32 and at 90 in
      // float64 (mnist-bn l2). Its verdicts stay.
      if (trace.loss === 'dlr' && trace.final.robust[n] === 0) return;
      const golden = trace.final.loss_best[n]!;
      const drift = Math.abs(states.at(-1)!.best - golden) / (0.01 + Math.abs(golden));
      // 2 %, or twice what the reference's own float32 is off.
      const own = 2 * trace.f32_vs_f64.rel_diff_final_best[n]!;
      expect(drift).toBeLessThan(Math.max(0.02, own));
    });
  });
});
