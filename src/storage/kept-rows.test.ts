import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stubLocks } from '../kit/kept/store/testing/locks.fake.ts';
import { failPuts } from '../kit/kept/store/testing/put-faults.fake.ts';
import { EvaluationStore } from './attack/evaluation-store.ts';
import { connect } from './database.ts';
import { evaluationRecord } from './testing/evaluation-record.ts';
import { runSummary, someBytes } from './testing/run-summary.ts';
import { RunStore } from './train/run-store.ts';

let count = 0;
const newName = (): string => `rows ${++count}`;

/** One use of the row store, in terms common to all uses. */
interface Use {
  readonly noun: string;
  readonly rowsTable: string;
  readonly partsTable: string;
  /** Message for another tab that requests one. */
  readonly refusal: RegExp;
  readonly open: (name: string) => {
    /** Stores one with its parts. */
    readonly add: (id: string, created?: number) => Promise<unknown>;
    /** Saves more of it, as jobs do. */
    readonly save: (id: string) => Promise<unknown>;
    /** Writes it unchanged. */
    readonly touch: (id: string) => Promise<unknown>;
    readonly ids: () => Promise<readonly (readonly [string, boolean])[]>;
    readonly rows: RunStore | EvaluationStore;
  };
}

const USES: readonly Use[] = [
  {
    noun: 'run',
    rowsTable: 'runs',
    partsTable: 'checkpoints',
    refusal: /The run “run a” is training in another tab.*Pause it there/,
    open: (name) => {
      const rows = new RunStore(connect(name));
      return {
        rows,
        add: (id, created = 1) => rows.add(runSummary(id, { created }), someBytes(9, 1)),
        save: (id) => rows.save(runSummary(id), someBytes(9, 2)),
        touch: (id) => rows.setSummary(id, (summary) => summary),
        ids: async () => (await rows.list()).map(({ summary, deleted }) => [summary.id, deleted]),
      };
    },
  },
  {
    noun: 'evaluation',
    rowsTable: 'evaluations',
    partsTable: 'adversarials',
    refusal: /The evaluation “net, AutoAttack.*” is running in another tab.*Stop it there/,
    open: (name) => {
      const rows = new EvaluationStore(connect(name));
      const save = (id: string) => {
        return rows.save(evaluationRecord(id), new Map([[0, Float32Array.of(1)]]));
      };
      return {
        rows,
        save,
        add: async (id, created = 1) => {
          await rows.add(evaluationRecord(id, { created }));
          await save(id);
        },
        touch: (id) => rows.setRecord(id, (record) => record),
        ids: async () => (await rows.list()).map(({ record, deleted }) => [record.id, deleted]),
      };
    },
  },
];

/** Owners of the parts on the disk. */
async function partOwners(name: string, table: string): Promise<string[]> {
  const database = await openDB(name);
  const keys = (await database.getAllKeys(table)) as [string, number][];
  database.close();
  return keys.map(([owner]) => owner.split('/')[0]!);
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe.each(USES)('stored rows: $noun', ({ noun, rowsTable, partsTable, refusal, open }) => {
  it('ST1 are listed oldest first, whether deleted or not', async () => {
    const { add, ids, rows } = open(newName());
    await add('young', 2);
    await add('old', 1);
    await rows.delete('old');
    expect(await ids()).toEqual([
      ['old', true],
      ['young', false],
    ]);
    expect(await rows.listed()).toHaveLength(1);
  });

  it('ST1 are created once: an id in use is rejected', async () => {
    const { add } = open(newName());
    await add('a');
    await expect(add('a')).rejects.toThrow(new RegExp(`There is already a ${noun} a`));
  });

  it('Y28 are deleted with undo, also across saves, and purged with their parts alone', async () => {
    const name = newName();
    const { add, save, ids, rows } = open(name);
    for (const id of ['a', 'b']) await add(id);
    for (const id of ['a', 'b']) await rows.delete(id);
    await rows.restore('b');
    await save('a');
    expect(await ids()).toEqual([
      ['a', true],
      ['b', false],
    ]);
    await rows.purge(0);
    expect(await ids()).toEqual([['b', false]]);
    expect(new Set(await partOwners(name, partsTable))).toEqual(new Set(['b']));
  });

  it('Y28 are purged only a while after deletion: another tab may still undo', async () => {
    const name = newName();
    const [here, there] = [open(name), open(name)];
    const now = vi.spyOn(Date, 'now');
    for (const [id, at] of [
      ['early', 1000],
      ['late', 3000],
    ] as const) {
      await here.add(id);
      now.mockReturnValue(at);
      await here.rows.delete(id);
    }
    now.mockReturnValue(3999);
    await there.rows.purge(1000);
    expect(await there.ids()).toEqual([['late', true]]);
    await here.rows.restore('late');
    now.mockReturnValue(9000);
    await there.rows.purge(0);
    expect(await here.ids()).toEqual([['late', false]]);
  });

  it('Y24 are not restored by a tab that still works on a purged one', async () => {
    const name = newName();
    const [here, there] = [open(name), open(name)];
    await here.add('a');
    await there.rows.delete('a');
    await there.rows.purge(0);
    const gone = {
      code: 'storage',
      message: expect.stringMatching(
        new RegExp(
          `The ${noun} a is no longer in this browser's storage: .*deleted in another tab`,
        ),
      ) as string,
    };
    await expect(here.save('a')).rejects.toMatchObject(gone);
    await expect(here.touch('a')).rejects.toMatchObject(gone);
    await expect(here.rows.get('a')).rejects.toMatchObject(gone);
    await here.rows.delete('a');
    await expect(here.rows.restore('a')).rejects.toMatchObject(gone);
    expect(await there.ids()).toEqual([]);
    expect(await partOwners(name, partsTable)).toEqual([]);
  });

  it('P12 are deleted even when the storage is full, restored, or purged', async () => {
    const { add, ids, rows } = open(newName());
    for (const id of ['a', 'b']) await add(id);
    failPuts(rowsTable, 1);
    for (const id of ['a', 'b']) await rows.delete(id);
    await rows.restore('b');
    vi.restoreAllMocks();
    await rows.purge(1);
    expect(await ids()).toHaveLength(2);
    await rows.purge(0);
    expect(await ids()).toEqual([['b', false]]);
    failPuts(rowsTable, 1, 'UnknownError');
    await expect(rows.delete('b')).rejects.toMatchObject({ code: 'storage' });
    vi.restoreAllMocks();
    await rows.purge(0);
    expect(await ids()).toEqual([['b', false]]);
    // Space is free again: deletions are recorded.
    await rows.delete('b');
    expect(await ids()).toEqual([['b', true]]);
  });

  it('ST5 are held by one tab at a time, each of them, and shared within it', async () => {
    stubLocks();
    const name = newName();
    const [here, there] = [open(name).rows, open(name).rows];
    await open(name).add('a');
    const [first, second] = [await here.lease('a'), await here.take('a')];
    await here.lease('b');
    await first();
    const refused = { code: 'storage', message: expect.stringMatching(refusal) as string };
    await expect(there.lease('a')).rejects.toMatchObject(refused);
    await expect(there.delete('a')).rejects.toMatchObject(refused);
    await second();
    await there.delete('a');
    await expect(here.take('a')).rejects.toThrow(/was deleted in another tab. Restore it there/);
    // Neither holds the lease.
    await (
      await there.lease('a')
    )();
  });
});

describe('Y29 leases', () => {
  it('of a run and of an evaluation of the same id are not the same', async () => {
    stubLocks();
    const [runs, evaluations] = USES.map(({ open }) => open(newName()).rows);
    await runs!.lease('a');
    await evaluations!.lease('a');
  });

  it('are given to every tab where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    const name = newName();
    const tabs = [1, 2].map(() => USES[0]!.open(name).rows);
    for (const tab of tabs) expect(await tab.lease('a')).toBeTypeOf('function');
  });
});
