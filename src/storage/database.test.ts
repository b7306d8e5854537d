import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { connect } from './database.ts';
import { EvaluationStore } from './attack/evaluation-store.ts';
import { runSummary } from './testing/run-summary.ts';
import { RunStore } from './train/run-store.ts';

/** A database as written by an older version, with these runs. */
async function databaseOf(version: number, name: string, runs: readonly object[]): Promise<void> {
  const database = await openDB(name, version, {
    upgrade: (fresh) => {
      const tables = ['runs', 'checkpoints', 'sets', 'pictures'];
      if (version > 1) tables.push('evaluations', 'adversarials');
      for (const table of tables) fresh.createObjectStore(table);
    },
  });
  for (const [at, row] of runs.entries()) await database.put('runs', row, `run ${at}`);
  database.close();
}

/** A run as lab 0.1.0 stored it: its labels under `words`. */
function oldRow(at: number, rest: object): object {
  const { labels, ...summary } = runSummary(`run ${at}`, { created: at });
  return { summary: { ...summary, words: labels }, checkpoints: [], serial: 4, ...rest };
}

describe('ST4 a database of an earlier version', () => {
  for (const version of [1, 2]) {
    it(`of version ${version} keeps its runs, with their names and colours as labels`, async () => {
      const name = `version ${version}`;
      const rows = [oldRow(0, { deleted: false }), oldRow(1, { deleted: true, deletedAt: 7 })];
      await databaseOf(version, name, rows);
      const runs = await new RunStore(connect(name)).list();
      expect(runs).toMatchObject([
        { summary: runSummary('run 0', { created: 0 }), deleted: false, serial: 4 },
        { summary: runSummary('run 1', { created: 1 }), deleted: true, serial: 4 },
      ]);
      expect(runs.every(({ summary }) => !('words' in summary))).toBe(true);
      expect(await new EvaluationStore(connect(name)).list()).toEqual([]);
    });
  }

  it('is unchanged when it cannot be upgraded', async () => {
    await databaseOf(2, 'broken', [oldRow(0, { deleted: false }), { summary: null }]);
    await expect(new RunStore(connect('broken')).list()).rejects.toMatchObject({ code: 'storage' });
    const database = await openDB('broken');
    expect(database.version).toBe(2);
    expect(await database.get('runs', 'run 0')).toHaveProperty('summary.words');
    database.close();
  });
});
