import type { FieldErrors } from './error.ts';
import type { DocumentType } from './document.ts';

/** A document in a form. */
export interface FormState<T> {
  /** The document as it is in the form. */
  readonly draft: T;
  /** Why texts that are typed into fields cannot be taken, by path. */
  readonly typed: FieldErrors;
  /** What the worker refused of the draft as it is, by path. */
  readonly refused: FieldErrors;
  /** Everything that is wrong with the form. */
  readonly fieldErrors: FieldErrors;
  /** The last draft without errors. */
  readonly accepted: T;
  /** How often a whole document was put in: fields start over then. */
  readonly opened: number;
}

/** How a form's state changes. Each returns the state after the change. */
export interface DocumentForm<T> {
  readonly initial: FormState<T>;
  /** Another draft; drops what the worker refused of the one before. */
  readonly withDraft: (form: FormState<T>, draft: T) => FormState<T>;
  /** A whole document put in: texts typed into its fields are dropped. */
  readonly withDocument: (form: FormState<T>, document: T) => FormState<T>;
  /** Sets the error of what is typed into a field; undefined: it can be taken. */
  readonly withFieldError: (
    form: FormState<T>,
    path: string,
    error: string | undefined,
  ) => FormState<T>;
  /** What the worker refused, until the draft changes. */
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
