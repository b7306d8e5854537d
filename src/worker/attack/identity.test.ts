import 'fake-indexeddb/auto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import formerPage from '../../attack/inputs/testing/page-evaluation-0.1.0.json' with { type: 'json' };
import formerLab from '../../attack/inputs/testing/lab-evaluation-0.1.0.json' with { type: 'json' };
import { main } from '../../cli/main.ts';
import {
  labelOf,
  linearNet,
  writeImages,
  writeLinearNet,
} from '../../cli/testing/linear-net.oracle.ts';
import { serializeNetDescription } from '../../files/net-description.ts';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import { compareEvaluations, comparisonFault } from '../../model/attack/compare-evaluations.ts';
import type { AttackSubject, EvaluationRecord } from '../../model/attack/evaluation.ts';
import { evaluationText, readEvaluation } from '../../model/attack/evaluation-document.ts';
import { ATTACK_PLAN } from '../../model/attack/plan.ts';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import { architecture } from '../../nn/architectures/architectures.ts';
import { initialWeights } from '../../nn/initial-weights.ts';
import { EvaluationStore } from '../../storage/attack/evaluation-store.ts';
import { failureOf, NET, newId, openNet, PLAN, run, valueOf } from '../testing/attack-harness.ts';
import { RUN_JOBS } from '../train/jobs.ts';
import { ATTACK_JOBS } from './jobs.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

let folder = '';
const path = (name: string): string => join(folder, name);
const few = { ...PLAN, images: { ...PLAN.images, count: 12 } };

async function lab(...argv: string[]): Promise<{ code: number; progress: string }> {
  let progress = '';
  const output = { data: () => undefined, progress: (text: string) => (progress += `${text}\n`) };
  return { code: await main(argv, output), progress };
}

const readText = (name: string): Promise<string> => readFile(path(name), 'utf8');

async function readRecord(name: string): Promise<EvaluationRecord> {
  return readEvaluation(JSON.parse(await readText(name)));
}

/** `lab attack` on the net of the folder, with the plan of the tests. */
function attackByLab(out: string, ...more: string[]): ReturnType<typeof lab> {
  const net = [path('net.json'), path('net.safetensors')];
  return lab('attack', ...net, '--backend', 'wasm', '--out', path(out), ...more);
}

/** The page's evaluation of a net, to its end or stopped after so many looks. */
async function attackByPage(subject: AttackSubject, looks = Infinity): Promise<EvaluationRecord> {
  const id = newId();
  await valueOf(ATTACK_JOBS['evaluation-create']({ id, subject, plan: few }));
  let seen = 0;
  await run(ATTACK_JOBS.attack({ id }), undefined, () => ++seen > looks);
  return (await new EvaluationStore().get(id)).record;
}

const save = (name: string, record: EvaluationRecord): Promise<void> =>
  writeFile(path(name), evaluationText(record, { browser: 'a browser' }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'norm-lab-identity-'));
  await openNet('net', 1, [3, 32, 32]);
  // The same net in other files: other names of tensors, in reverse, and other notes.
  const description = architecture('small-cnn', { input: [3, 32, 32], classes: 10, width: 0.25 });
  const { tensors } = initialWeights(description, 1);
  const text = serializeNetDescription({ ...description, name: 'mine', notes: { by: 'me' } });
  const renamed = tensors.map(({ name }) => `mine.${name}`);
  const named = tensors.reduce(
    (all, { name }, at) => all.replaceAll(`"${name}"`, `"${renamed[at]!}"`),
    text,
  );
  await writeFile(path('net.json'), named);
  const moved = tensors.map((one, at) => ({ ...one, name: renamed[at]! })).toReversed();
  await writeFile(path('net.safetensors'), writeSafetensors(moved));
  await writeFile(path('plan.json'), JSON.stringify(ATTACK_PLAN.toDocument(few)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('Y12 page and command line', () => {
  it('give one net and one set of images the same identity, so that evaluations compare', async () => {
    expect((await attackByLab('lab.json', '--attack', path('plan.json'))).code).toBe(0);
    const [byPage, byLab] = [await attackByPage(NET), await readRecord('lab.json')];
    expect(byPage.subject.hash).toBe(byLab.subject.hash);
    expect(byPage.data).toBe(byLab.data);
    expect(byPage.verdicts).toEqual(byLab.verdicts);
    const found = compareEvaluations(byPage, byLab);
    expect(found).toMatchObject({ n: 12, onlyA: 0, onlyB: 0, p: 1 });
    expect(found.neither).toBeGreaterThan(0);
  });

  it('C9 resume what the page began, and end with its verdicts', async () => {
    const [begun, whole] = [await attackByPage(NET, 2), await attackByPage(NET)];
    expect(begun.finished).toBe(false);
    await save('page.json', begun);
    const resumed = await attackByLab('page.json', '--resume');
    expect([resumed.code, resumed.progress]).toEqual([0, expect.stringContaining('robust: ')]);
    const record = await readRecord('page.json');
    expect(record.finished).toBe(true);
    expect(record.verdicts).toEqual(whole.verdicts);
    expect(record.subject).toEqual(begun.subject);
  });

  it('Y22 resume what the command line began', async () => {
    const whole = await readRecord('lab.json');
    const { verdicts, tallies, attackSeconds, ...rest } = whole;
    expect([verdicts.length, tallies.length, attackSeconds?.length]).toEqual([12, 1, 1]);
    // Before its first step; the page holds the net under an id of its own.
    const id = newId();
    const subject = { ...whole.subject, ...NET };
    const begun = { ...rest, id, subject, verdicts: [], tallies: [], finished: false };
    await new EvaluationStore().add(begun);
    const record = await valueOf(ATTACK_JOBS.attack({ id }));
    expect(record.verdicts).toEqual(verdicts);
  });

  it('agree on a run that was trained in the page and saved to files', async () => {
    const { data, net, training } = DEFAULT_EXPERIMENT;
    const experiment = {
      ...DEFAULT_EXPERIMENT,
      data: { ...data, train: 20, test: 10 },
      net: { ...net, architecture: 'small-cnn', width: 0.25 },
      training: { ...training, batchSize: 10, epochs: 1 },
    } as typeof DEFAULT_EXPERIMENT;
    const labels = { name: 'a run', note: '', color: 0 };
    await valueOf(RUN_JOBS['run-create']({ id: 'r', labels, experiment }));
    await valueOf(RUN_JOBS.train({ id: 'r', steps: 2 }));
    const { description, weights } = await valueOf(RUN_JOBS['run-files']({ id: 'r' }));
    await writeFile(path('run.json'), description);
    await writeFile(path('run.safetensors'), weights);
    const files = [path('run.json'), path('run.safetensors'), '--attack', path('plan.json')];
    const said = await lab('attack', ...files, '--backend', 'wasm', '--out', path('of-run.json'));
    expect(said.code).toBe(0);
    const ofRun = await attackByPage({ kind: 'run', id: 'r' });
    expect((await readRecord('of-run.json')).subject.hash).toBe(ofRun.subject.hash);
    const { hash } = await valueOf(ATTACK_JOBS['attack-subject']({ kind: 'run', id: 'r' }));
    expect(hash).toBe(ofRun.subject.hash);
  });

  it('C10 refuse other weights by their identity', async () => {
    await save('other.json', await attackByPage(NET, 2));
    const description = architecture('small-cnn', { input: [3, 32, 32], classes: 10, width: 0.25 });
    await writeFile(path('other.net.json'), serializeNetDescription(description));
    const { tensors } = initialWeights(description, 2);
    await writeFile(path('other.safetensors'), writeSafetensors(tensors));
    const net = [path('other.net.json'), path('other.safetensors')];
    const said = await lab('attack', ...net, '--out', path('other.json'), '--resume');
    expect([said.code, said.progress]).toEqual([2, expect.stringContaining('of another net')]);
  });
});

describe('Y13 an evaluation of version 0.1.0, whose identities were computed in another way', () => {
  const former = readEvaluation(formerPage);

  it('of the page is resumed, and its images are shown', async () => {
    const id = newId();
    await new EvaluationStore().add({ ...former, id, subject: { ...former.subject, ...NET } });
    const record = await valueOf(ATTACK_JOBS.attack({ id }));
    expect(record.finished).toBe(true);
    expect(record.verdicts).toEqual((await attackByPage(NET)).verdicts);
    expect([record.data, record.subject.hash]).toEqual([former.data, former.subject.hash]);
    const { shape } = await valueOf(ATTACK_JOBS['attack-images']({ id, rows: [0] }));
    expect(shape).toEqual([32, 32, 3]);
    const { formerHashes } = await valueOf(ATTACK_JOBS['attack-subject'](NET));
    expect(formerHashes).toEqual([former.subject.hash]);
    await openNet('net', 2, [3, 32, 32]);
    const { message } = await failureOf(ATTACK_JOBS.attack({ id }));
    await openNet('net', 1, [3, 32, 32]);
    expect(message).toMatch(/changed since this evaluation was begun/);
  });

  it('of the command line is resumed from the very files', async () => {
    const net = linearNet(2);
    await writeLinearNet(folder, 'linear', net);
    const labels = Array.from({ length: 6 }, (_, n) => labelOf(net, n));
    await writeImages(path('pictures.st'), { labels });
    const resume = async (weights: string): ReturnType<typeof lab> => {
      await writeFile(path('former.json'), JSON.stringify(formerLab));
      const files = [path('linear.json'), path(weights), '--data', path('pictures.st')];
      return lab('attack', ...files, '--out', path('former.json'), '--resume');
    };
    const resumed = await resume('linear.safetensors');
    expect([resumed.code, resumed.progress]).toEqual([
      0,
      expect.stringContaining('robust: 33.3 %'),
    ]);
    await writeLinearNet(folder, 'changed', {
      weights: net.weights.map((row) => row.map((x) => -x)),
    });
    const refused = await resume('changed.safetensors');
    expect(refused.code).toBe(2);
    expect(refused.progress).toMatch(
      /older version of the lab computed the identity of its net differently/,
    );
  });

  it('of the page is resumed by the command line from the files that the page had', async () => {
    const description = architecture('small-cnn', { input: [3, 32, 32], classes: 10, width: 0.25 });
    await writeFile(path('as-page.json'), serializeNetDescription(description));
    const { tensors } = initialWeights(description, 1);
    await writeFile(path('as-page.safetensors'), writeSafetensors(tensors));
    await writeFile(path('former-page.json'), JSON.stringify(formerPage));
    const net = [path('as-page.json'), path('as-page.safetensors')];
    const said = await lab('attack', ...net, '--out', path('former-page.json'), '--resume');
    expect([said.code, said.progress]).toEqual([0, expect.stringContaining('robust: ')]);
    expect((await readRecord('former-page.json')).finished).toBe(true);
  });

  it('Y5 compares with others of its version, and with newer ones not: that is said, no more', async () => {
    const done = { ...former, finished: true };
    expect(comparisonFault(done, done)).toBeNull();
    expect(comparisonFault(done, { ...done, data: 'sha256 other' })).toMatch(
      /images are not the same/,
    );
    const newer = await attackByPage(NET);
    const sentence =
      'The identity of the images of Small CNN, width 0.25 was computed by an older version of the ' +
      'lab, so it cannot be verified that both are of the same images; evaluate ' +
      'Small CNN, width 0.25 again.';
    expect(comparisonFault(done, newer)).toBe(sentence);
    expect(comparisonFault(newer, done)).toBe(sentence);
  });
});
