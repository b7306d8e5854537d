/** Words about attacking an image of one's own. */
export const OWN_TEXT = {
  title: 'An image of your own',
  teach:
    'Draw an image or take one from a file, and attack it with the norm, radius and attack of the form. Nothing leaves your machine.',
  noNet: 'No net is chosen: choose one under “Net” in the form of a new evaluation.',
  asking: 'Asking the net which images it takes.',
  failed: 'The net cannot be attacked.',
  netTakes: (words: { height: number; width: number; colors: string; classes: number }) =>
    `The net takes ${words.height}×${words.width} pixels, ${words.colors}, and tells ${words.classes} classes apart.`,
  grey: 'grey',
  color: 'red, green and blue',
  channels: (n: number) => `${n} channels (drawn alike)`,
  canvas: (height: number, width: number) =>
    `Your image, ${height} by ${width} pixels. Arrow keys move the pen, Space draws a dot, Shift with an arrow draws a line.`,
  help: 'Draw with pointer or finger; or with arrow keys (move), Space (dot) and Shift with arrows (line).',
  at: (y: number, x: number, value: string) => `row ${y}, column ${x}: ${value}`,
  tool: 'Tool',
  pen: 'Pen',
  eraser: 'Eraser',
  width: 'Width',
  shade: 'Brightness',
  paint: 'Colour',
  undo: 'Undo',
  clear: 'Clear',
  start: 'Begin with',
  startBlank: 'choose an image',
  startOf: (name: string) => `an image of ${name}`,
  file: 'Take an image from a file',
  drop: 'or drop an image on the drawing. Its largest centred part with the net’s proportions is taken, each pixel the mean of its area.',
  files: {
    noFile: 'What was dropped is no file; drop one image.',
    large: (name: string, most: string) =>
      `${name} is larger than ${most} MB; take a smaller image.`,
    unknown: (name: string) =>
      `${name} is no PNG, JPEG, GIF, WebP or BMP image; take one of these.`,
    pixels: (name: string, size: string, most: string) =>
      `${name} has ${size} pixels, more than ${most} million; take a smaller image.`,
    broken: (name: string) => `${name} cannot be decoded; open it elsewhere to see if it is whole.`,
  },
  label: 'Label',
  ownAnswer: 'the net’s own answer',
  attack: 'Attack this image',
  plan: (plan: string) => `${plan}, as the form has it.`,
  stop: 'Stop',
  working: 'The net looks at the image.',
  attacking: (name: string, place: number, of: number, seconds: string) =>
    `${name} (${place} of ${of}), ${seconds} s`,
  attackFailed: 'The image could not be attacked.',
  result: 'Result',
  before: (answer: string, margin: string) =>
    `The net takes your image for ${answer} (margin ${margin}).`,
  wrong: (answer: string, label: string) =>
    `The net takes your image for ${answer}, not for ${label}: it is wrong already, so nothing is attacked.`,
  fell: (words: {
    answer: string;
    margin: string;
    attack: string;
    step: number;
    distance: string;
    norm: string;
  }) =>
    `${words.attack} makes it ${words.answer} at step ${words.step} (margin ${words.margin}), with a change of ${words.distance} in ${words.norm}.`,
  stood: (attack: string) => `It stands: ${attack} did not change the answer.`,
} as const;
