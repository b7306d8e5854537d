import { LIST_TEXT } from './list/messages.ts';
import { RESULTS_TEXT } from './results/messages.ts';
import { SETUP_TEXT } from './setup/messages.ts';

/** Words of the Attack panel. */
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
      create: 'No evaluation was made.',
      list: 'The kept evaluations could not be read.',
      delete: 'The evaluation was not deleted.',
      purge: 'The space of deleted evaluations was not freed.',
      undo: 'The evaluation was not brought back.',
      attack: 'The evaluation did not go on.',
      curve: 'The curve was not drawn to its end.',
      trust: 'The checks were not run to their end.',
      files: 'The images could not be gathered.',
    },
    linkProblem: 'The link could not be read, so the form holds the default plan.',
    kept: 'What it has found so far is kept.',
    dismiss: 'Close this message',
  },
  empty: {
    what:
      'Choose a net and press Begin: attacks look for images near each image that the net takes for ' +
      'something else. What is left standing is the robust accuracy, told after each attack with its ' +
      '95 % interval.',
    believe:
      'No attack is believed: every image that one returns is put back into the ball, checked, and classified ' +
      'again before it counts. An image that the net was wrong about from the start counts as broken.',
    kept: 'Evaluations are kept in this browser. One that was stopped goes on where it ended.',
  },
} as const;
