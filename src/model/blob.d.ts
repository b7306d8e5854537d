/**
 * The part of `Blob` that the browser, its workers and Node share. The core has no DOM types and
 * only passes blobs on.
 */
interface Blob {
  readonly size: number;
  readonly type: string;
}
