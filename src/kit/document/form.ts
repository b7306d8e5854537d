import type { FieldErrors } from './error.ts';
import type { DocumentType } from './document.ts';

/** The state of a form that edits a document. */
export interface FormState<T> {
  /** The document as edited in the form. */
  readonly draft: T;
  /** Errors of texts typed into fields, by path. */
  readonly typed: FieldErrors;
  /** Errors reported by the worker for the current draft, by path. */
  readonly refused: FieldErrors;
  /** All errors of the form. */
  readonly fieldErrors: FieldErrors;
  /** The last draft without errors. */
  readonly accepted: T;
  /** Number of times a whole document was loaded; fields are reset then. */
  readonly opened: number;
}

/** Transitions of a form's state. Each returns the new state. */
export interface DocumentForm<T> {
  readonly initial: FormState<T>;
  /** Sets another draft and clears the worker's errors for the previous one. */
  readonly withDraft: (form: FormState<T>, draft: T) => FormState<T>;
  /** Loads a whole document and clears the texts typed into fields. */
  readonly withDocument: (form: FormState<T>, document: T) => FormState<T>;
  /** Sets the error of the text typed into a field; undefined when it is valid. */
  readonly withFieldError: (
    form: FormState<T>,
    path: string,
    error: string | undefined,
  ) => FormState<T>;
  /** Sets the worker's errors; cleared when the draft changes. */
  readonly withRefused: (form: FormState<T>, path: string, reason: string) => FormState<T>;
}

function without(errors: FieldErrors, path: string): FieldErrors {
  return Object.fromEntries(Object.entries(errors).filter(([key]) => key !== path));
}

/** The form of a kind of document. */
export function documentForm<T extends object>({
  fallback,
  validate,
}: Pick<DocumentType<T>, 'fallback' | 'validate'>): DocumentForm<T> {
  const changed = (form: FormState<T>, change: Partial<FormState<T>>): FormState<T> => {
    const { draft, typed, refused, accepted, opened } = { ...form, ...change };
    const fieldErrors = { ...validate(draft), ...typed, ...refused };
    const valid = Object.keys(fieldErrors).length === 0;
    return { draft, typed, refused, fieldErrors, accepted: valid ? draft : accepted, opened };
  };
  return {
    initial: {
      draft: fallback,
      typed: {},
      refused: {},
      fieldErrors: {},
      accepted: fallback,
      opened: 0,
    },
    withDraft: (form, draft) => changed(form, { draft, refused: {} }),
    withDocument: (form, draft) =>
      changed(form, { draft, typed: {}, refused: {}, opened: form.opened + 1 }),
    withFieldError: (form, path, error) => {
      const others = without(form.typed, path);
      return changed(form, { typed: error === undefined ? others : { ...others, [path]: error } });
    },
    withRefused: (form, path, reason) => changed(form, { refused: { [path]: reason } }),
  };
}
