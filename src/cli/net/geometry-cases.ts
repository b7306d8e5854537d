import * as v from 'valibot';
import type { ConvGeometry } from '../../math/geometry.ts';
import { makeOperator, type ConvOperator } from '../../math/operator.ts';
import { UsageError } from '../command.ts';
import { issueSentence } from '../issue-sentence.ts';

const pair = v.tuple([v.number(), v.number()]);
const geometryCase = v.object({
  id: v.string(),
  in_shape: v.tuple([v.number(), v.number(), v.number()]),
  out_channels: v.number(),
  kernel: pair,
  stride: v.optional(pair, [1, 1]),
  padding: v.optional(v.tuple([v.number(), v.number(), v.number(), v.number()]), [0, 0, 0, 0]),
  dilation: v.optional(pair, [1, 1]),
  groups: v.optional(v.number(), 1),
  weight_q: v.array(v.number()),
});
const document = v.object({
  weight_scale: v.optional(v.number(), 1),
  cases: v.array(geometryCase),
});

/** A named layer; `operator` throws GeometryError for an invalid geometry. */
export interface NamedOperator {
  readonly id: string;
  readonly operator: () => ConvOperator;
}

function geometryOf(c: v.InferOutput<typeof geometryCase>): ConvGeometry {
  const [dIn, ...input] = c.in_shape;
  const { kernel, stride, dilation, padding, groups } = c;
  const boundary = 'zeros';
  return { dIn, dOut: c.out_channels, input, kernel, stride, dilation, padding, groups, boundary };
}

/**
 * Reads a document of geometries: weights are `weight_q` · `weight_scale`, OIHW.
 *
 * @throws UsageError naming the first invalid field.
 */
export function geometryCases(json: unknown, file: string): NamedOperator[] {
  const parsed = v.safeParse(document, json);
  if (!parsed.success) throw new UsageError(`${file}: ${issueSentence(parsed.issues[0])}`);
  const { weight_scale: scale, cases } = parsed.output;
  return cases.map((c) => ({
    id: c.id,
    operator: () => {
      try {
        return makeOperator(
          geometryOf(c),
          Float64Array.from(c.weight_q, (q) => q * scale),
        );
      } catch (error) {
        throw new UsageError(`${file}: case ${c.id}: ${(error as Error).message}`);
      }
    },
  }));
}
