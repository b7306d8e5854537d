import { AttackPlanError } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { isFormerIdentity } from '../../model/attack/identity.ts';
import type { AttackTarget } from '../target.ts';
import type { AttackImages } from './images.ts';
import type { OpenSubject } from './net.ts';

function formatShape([height, width, channels]: readonly number[]): string {
  return `${height}×${width} with ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}

/** @throws AttackPlanError when a net does not take such images, or has too few classes. */
export function checkFits(
  { shape, classes, set }: AttackImages,
  net: Pick<AttackTarget, 'shape' | 'classes'>,
): void {
  if (shape.join() !== net.shape.join())
    throw new AttackPlanError(
      'images.source',
      `the net takes images of ${formatShape(net.shape)}, these have ${formatShape(shape)}; take ` +
        'those that it was trained on.',
    );
  const most = Array.from(set.labels).reduce((largest, one) => Math.max(largest, one), 0);
  if (most >= net.classes)
    throw new AttackPlanError(
      'images.source',
      `there are images of class ${most} (${classes[most] ?? ''}), but the net has the classes 0 ` +
        `to ${net.classes - 1}; take those that it was trained on.`,
    );
}

/** Whether an evaluation is of this net; one of an earlier version is looked up by its identity. */
export function isSameNet(
  { subject: { hash, id } }: { readonly subject: Pick<EvaluationRecord['subject'], 'hash' | 'id'> },
  net: Pick<OpenSubject, 'hash' | 'former'>,
): boolean {
  if (!isFormerIdentity(hash)) return hash === net.hash;
  return net.former().some((one) => one.hash === hash && (one.id === undefined || one.id === id));
}

/** Whether an evaluation is of these images; as {@link isSameNet}. */
export function isSameImages(
  { data }: Pick<EvaluationRecord, 'data'>,
  images: Pick<AttackImages, 'data' | 'former'>,
): boolean {
  return isFormerIdentity(data) ? images.former().includes(data) : data === images.data;
}
