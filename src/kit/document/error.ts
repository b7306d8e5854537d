/** Sentences about what is wrong with a document, by the paths of its fields; `''` is the whole. */
export type FieldErrors = Readonly<Record<string, string>>;

/** A value that a document cannot have, and where in the document it is. */
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
