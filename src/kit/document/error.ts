/** Error messages of a document by the paths of its fields; `''` is the whole document. */
export type FieldErrors = Readonly<Record<string, string>>;

/** An invalid value of a document, with its path. */
export class DocumentError extends RangeError {
  override readonly name: string = 'DocumentError';
  constructor(
    /** Path of the field, such as `training.batchSize`; empty for the whole document. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

/** The class of a document's errors: each kind of document has its own. */
export type DocumentErrorClass = new (path: string, reason: string) => DocumentError;
