import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readWeights } from '../../files/read-weights.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { connect } from '../../storage/database.ts';
import { EvaluationStore } from '../../storage/attack/evaluation-store.ts';
import { ATTACK_JOBS } from './jobs.ts';
import { imagesOfEach, setOf } from './open-evaluation.ts';
import { failureOf, made, openNet, PLAN, valueOf } from '../testing/attack-harness.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

beforeAll(() => openNet('net', 1, [3, 32, 32]));

const small = { ...PLAN, images: { ...PLAN.images, count: 24 } };

async function evaluated(): Promise<{ record: EvaluationRecord; fallen: number }> {
  const record = await valueOf(ATTACK_JOBS.attack({ id: (await made(small)).id }));
  const fallen = record.verdicts.findIndex(({ brokenBy }) => brokenBy !== null);
  expect(fallen).toBeGreaterThanOrEqual(0);
  return { record, fallen };
}

const imagesOf = (id: string, row: number) => ATTACK_JOBS['attack-images']({ id, rows: [row] });
const filesOf = (id: string) => ATTACK_JOBS['evaluation-files']({ id });

describe('Y24 an adversarial image that is not kept any more', () => {
  it('is reported, and never shown or saved as the clean one', async () => {
    const { record, fallen } = await evaluated();
    const { id } = record;
    await connect().write(['adversarials'], (tx) =>
      tx.objectStore('adversarials').delete([id, fallen]),
    );
    const told = {
      code: 'storage',
      message:
        `The adversarial image of image ${record.verdicts[fallen]!.index} is not in this browser's ` +
        'storage any more: the evaluation was deleted in another tab, or the browser cleared its ' +
        'data. Begin a new one.',
    };
    expect(await failureOf(imagesOf(id, fallen))).toEqual(told);
    expect(await failureOf(filesOf(id))).toEqual(told);
    expect(await failureOf(ATTACK_JOBS.trust({ id }))).toEqual(told);
    const others = imagesOfEach([record], (await setOf(record)).set);
    const lost = { name: record.subject.name, adversarial: null };
    expect(await others.next()).toEqual({ done: false, value: lost });
    const clean = record.verdicts.findIndex(({ brokenBy }) => brokenBy === null);
    const shown = await valueOf(imagesOf(id, clean));
    expect(shown.adversarial).toEqual(shown.clean);
  });
});

describe('Y22 images of an evaluation', () => {
  it('are refused when the images that it was made of have changed', async () => {
    const { record, fallen } = await evaluated();
    const { id } = record;
    await new EvaluationStore().setRecord(id, (kept) => ({ ...kept, data: 'sha256 of others' }));
    const told = {
      code: 'setting',
      field: '',
      message: 'the images have changed since this evaluation was begun; begin a new one.',
    };
    expect(await failureOf(ATTACK_JOBS.attack({ id }))).toEqual(told);
    expect(await failureOf(imagesOf(id, fallen))).toEqual(told);
    expect(await failureOf(filesOf(id))).toEqual(told);
  });

  it('are saved with labels and places that numpy can index with', async () => {
    const { record } = await evaluated();
    const file = await valueOf(filesOf(record.id));
    const npz = new Uint8Array(await file.npz.arrayBuffer());
    const headers = new TextDecoder('latin1').decode(npz).matchAll(/'descr': '([^']*)'/g);
    expect([...headers].map(([, descr]) => descr)).toEqual(['<f4', '<f4', '<i4', '<i4']);
    const { tensors, skipped } = await readWeights([{ name: 'e.npz', bytes: npz }]);
    expect(tensors.map(({ name }) => name)).toEqual(['clean', 'adversarial']);
    expect(skipped.map(({ name }) => name)).toEqual(['labels', 'index']);
  });
});
