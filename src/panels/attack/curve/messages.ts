/** Messages of the curve of robust accuracy against the radius. */
export const CURVE_TEXT = {
  title: 'Robust accuracy against the radius',
  teach:
    'How fast does robust accuracy fall as the ball grows? One attack runs at each radius on the same images; an image broken at one radius counts as broken at all larger ones, so the curve never rises. At 0 it is the clean accuracy.',
  radii: 'Radii',
  radiiHelp: 'Numbers or fractions, such as 0, 4/255, 0.1; 0 is always among them.',
  attack: 'Attack',
  draw: 'Draw the curve',
  redraw: 'Draw again',
  stop: 'Stop',
  running: (done: string, of: string) => `${done} of ${of} radii done`,
  fieldErrors: {
    none: 'Give at least one radius.',
    word: (word: string) =>
      `“${word}” is not a radius: give numbers from 0 to 1000 or fractions such as 8/255.`,
    most: (most: number) => `Give at most ${most} radii.`,
  },
  x: (norm: string) => `ε in ${norm}`,
  y: 'images that stand',
  cursor: 'Radius under the cursor',
  help: 'Arrow keys move from point to point; whiskers and band are Wilson’s 95 % intervals.',
  nothing: 'No radius is done yet.',
  curveLabel: (attack: string) => `${attack} at each radius`,
  stoppedLabel: (words: { attack: string; done: string; of: string }) =>
    `${words.attack}, stopped after ${words.done} of ${words.of} radii`,
  stopped: (left: string) =>
    `The curve was stopped before ε = ${left}: draw it again to complete it.`,
  ownLabel: (attack: string) => `this evaluation: ${attack}`,
  unfinished: (attack: string) => `this evaluation so far: ${attack}`,
  reading: (words: {
    label: string;
    eps: string;
    rate: string;
    low: string;
    high: string;
    standing: string;
    n: string;
  }) =>
    `${words.label}, ε = ${words.eps}: ${words.rate} (${words.standing} of ${words.n}; 95 % interval ${words.low} to ${words.high}).`,
  clean: (rate: string) => `Clean accuracy, ε = 0: ${rate}.`,
  about:
    'A single attack finds fewer adversarial images than a list of attacks: where the mark of the evaluation lies below the curve, the other attacks broke more.',
} as const;
