import { LIST_TEXT } from './list/messages.ts';
import { RESULTS_TEXT } from './results/messages.ts';
import { SETUP_TEXT } from './setup/messages.ts';

/** Messages of the Attack panel. */
export const TEXT = {
  title: 'Attack',
  none: '–',
  setup: SETUP_TEXT,
  results: RESULTS_TEXT,
  list: LIST_TEXT,
  setting: (label: string, value: string): string => `${label} ${value}`,
  images: (values: { count: string; part: string; source: string; from: number }): string =>
    `${values.count} ${values.part} of ${values.source}, from number ${values.from} on`,
  trouble: {
    titles: {
      create: 'The evaluation could not be created.',
      list: 'The stored evaluations could not be read.',
      delete: 'The evaluation could not be deleted.',
      purge: 'The space of deleted evaluations could not be freed.',
      undo: 'The evaluation could not be restored.',
      attack: 'The evaluation stopped.',
      curve: 'The curve could not be completed.',
      trust: 'The checks could not be completed.',
      files: 'The images could not be collected.',
    },
    linkProblem: 'The link could not be read; the form shows the default plan.',
    kept: 'Its results so far are kept.',
    dismiss: 'Close this message',
  },
  empty: {
    what:
      'Choose a net and press Begin: for each image, attacks look for a nearby image that the net classifies as ' +
      'something else. The share that still stands is the robust accuracy, shown after each attack with its ' +
      '95 % interval.',
    believe:
      'No attack is trusted: every image that one returns is projected into the ball, checked, and classified ' +
      'again before it counts. An image that is misclassified from the start counts as broken.',
    kept: 'Evaluations are stored in this browser. A stopped one resumes where it ended.',
  },
} as const;
