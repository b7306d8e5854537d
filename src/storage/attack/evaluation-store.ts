import { KeptRows, type RowKind } from '../../kit/kept/store/rows.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { formatPlan } from '../../model/attack/labels.ts';
import { connect, type EvaluationRow, type LabSchema } from '../database.ts';

/** Bytes of a verdict and of a record's other parts, for the error message when storage is full. */
const VERDICT_BYTES = 300;

/** Returns the keys of all images of an evaluation. */
function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

const EVALUATIONS: RowKind<LabSchema, EvaluationRow> = {
  table: 'evaluations',
  parts: 'adversarials',
  noun: 'evaluation',
  held:
    'is running in another tab (its attack, curve or checks). Stop it there (or close that ' +
    'tab), then try again.',
  idOf: ({ record }) => record.id,
  nameOf: ({ record: { subject, plan } }) => `${subject.name}, ${formatPlan(plan)}`,
  createdAt: ({ record }) => record.created,
  partsOf: ({ record }) => [keysOf(record.id)],
  current: (row) => row,
};

type Images = ReadonlyMap<number, Float32Array>;

/** The evaluations of this browser and their adversarial images; see {@link KeptRows}. */
export class EvaluationStore extends KeptRows<LabSchema, EvaluationRow, Float32Array> {
  constructor(connection = connect()) {
    super(connection, EVALUATIONS);
  }

  /** Stores a new evaluation. @throws StorageError when its id is taken */
  async add(record: EvaluationRecord): Promise<void> {
    await this.create({ record, deleted: false });
  }

  /**
   * Stores the results of an attack and its new adversarial images, [H, W, C] each, by row. The
   * stored curve and trust card are unchanged: they are computed by other jobs.
   *
   * @returns the stored record
   * @throws StorageError when the evaluation is gone
   */
  async save(record: EvaluationRecord, broken: Images = new Map()): Promise<EvaluationRecord> {
    const bytes = [...broken.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    const row = await this.change(
      record.id,
      (kept) => ({ ...kept, record: beside(kept, record) }),
      {
        write: async (parts) => {
          for (const [at, image] of broken) await parts.put(image, [record.id, at]);
        },
        needed: bytes + VERDICT_BYTES * record.verdicts.length,
      },
    );
    return row.record;
  }

  /**
   * Updates the stored record atomically, so that no concurrent save is lost.
   *
   * @returns the stored record
   * @throws StorageError when the evaluation is gone
   */
  async setRecord(
    id: string,
    change: (record: EvaluationRecord) => EvaluationRecord,
  ): Promise<EvaluationRecord> {
    return (await this.change(id, (row) => ({ ...row, record: change(row.record) }))).record;
  }

  /** The stored adversarial images by row; of `rows`, or all. */
  images(id: string, rows?: readonly number[]): Promise<Images> {
    return this.readParts(async (parts) => {
      const wanted = rows ?? (await parts.getAllKeys(keysOf(id))).map(([, row]) => row);
      const found = await Promise.all(wanted.map((row) => parts.get([id, row])));
      return new Map(
        wanted.flatMap((row, at): [number, Float32Array][] => {
          const image = found[at];
          return image === undefined ? [] : [[row, image]];
        }),
      );
    });
  }
}

/** The results of an attack with the stored curve and trust card. */
function beside({ record }: EvaluationRow, found: EvaluationRecord): EvaluationRecord {
  const { trust, trustAfter, curve } = record;
  return { ...found, trust, curve, ...(trustAfter !== undefined && { trustAfter }) };
}
