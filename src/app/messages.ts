/** Words of the shell. */
export const MESSAGES = {
  name: 'Norm Lab',
  skip: 'Skip to the panel',
  navigation: 'Panels',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  crashed: 'This panel stopped because of a mistake in the lab.',
  crashedHelp: 'Your link still holds the state. Open the panel again, or start from the default.',
  again: 'Open the panel again',
  reset: 'Start from the default',
  loading: 'Opening…',
} as const;
