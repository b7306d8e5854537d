/** Words of the Attack panel. */
export const TEXT = {
  title: 'Attack',
} as const;
