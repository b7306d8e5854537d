import { DEFAULT_EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import { faultsOf, type Faults } from './draft.ts';

export interface FormState {
  /** The experiment as it is in the form. */
  readonly draft: Experiment;
  /** Texts that are typed into fields but cannot be taken: why not, by path. */
  readonly typed: Faults;
  /** What the worker refused of the draft as it is, by path. */
  readonly refused: Faults;
  /** Everything that is wrong with the form. */
  readonly faults: Faults;
  /** The last draft that had no fault. */
  readonly experiment: Experiment;
}

export interface FormActions {
  readonly setDraft: (draft: Experiment) => void;
  /** Notes that what is typed into a field cannot be taken, or (undefined) that it can. */
  readonly complain: (path: string, complaint: string | undefined) => void;
}

export const EMPTY_FORM: FormState = {
  draft: DEFAULT_EXPERIMENT,
  typed: {},
  refused: {},
  faults: {},
  experiment: DEFAULT_EXPERIMENT,
};

type Judged = Pick<FormState, 'draft' | 'typed' | 'refused'>;

function judged({ draft, typed, refused }: Judged): Partial<FormState> {
  const faults = { ...faultsOf(draft), ...typed, ...refused };
  const fit = Object.keys(faults).length === 0;
  return { draft, typed, refused, faults, ...(fit ? { experiment: draft } : {}) };
}

/** The form with another draft; what the worker refused is judged anew then. */
export function withDraft({ typed }: FormState, draft: Experiment): Partial<FormState> {
  return judged({ draft, typed, refused: {} });
}

/** The form after something was typed into a field. */
export function withTyped(
  { draft, typed, refused }: FormState,
  path: string,
  complaint: string | undefined,
): Partial<FormState> {
  const others = Object.fromEntries(Object.entries(typed).filter(([key]) => key !== path));
  const own = complaint === undefined ? {} : { [path]: complaint };
  return judged({ draft, typed: { ...others, ...own }, refused });
}

/** The form with a field that the worker refused, until the draft changes. */
export function withRefused(form: FormState, path: string, why: string): Partial<FormState> {
  return judged({ ...form, refused: { [path]: why } });
}
