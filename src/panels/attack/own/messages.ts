/** Messages about attacking your own image. */
export const OWN_TEXT = {
  title: 'An image of your own',
  teach:
    'Draw an image or open one from a file, and attack it with the norm, radius and attack of the form. Nothing leaves your machine.',
  noNet: 'No net is chosen: choose one under “Net” in the form of a new evaluation.',
  asking: 'Reading the net’s input size.',
  failed: 'The net cannot be attacked.',
  netTakes: (words: { height: number; width: number; colors: string; classes: number }) =>
    `The net takes ${words.height}×${words.width} pixels, ${words.colors}, and has ${words.classes} classes.`,
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
  file: 'Open an image file',
  drop: 'or drop an image on the drawing. It is cropped to the net’s aspect ratio at its centre and resized by area averaging.',
  files: {
    noFile: 'This is not a file: drop one image file.',
    large: (name: string, most: string) =>
      `${name} is larger than ${most} MB: use a smaller image.`,
    unknown: (name: string) =>
      `${name} is not a PNG, JPEG, GIF, WebP or BMP image: use one of these formats.`,
    pixels: (name: string, size: string, most: string) =>
      `${name} has ${size} pixels, more than ${most} million: use a smaller image.`,
    broken: (name: string) =>
      `${name} cannot be decoded: open it in an image viewer to check that it is intact.`,
  },
  label: 'Label',
  ownAnswer: 'the net’s own prediction',
  attack: 'Attack this image',
  plan: (plan: string) => `${plan}, as set in the form.`,
  stop: 'Stop',
  working: 'Classifying the image.',
  attacking: (name: string, place: number, of: number, seconds: string) =>
    `${name} (${place} of ${of}), ${seconds} s`,
  attackFailed: 'The image could not be attacked.',
  result: 'Result',
  before: (answer: string, margin: string) =>
    `The net classifies your image as ${answer} (margin ${margin}).`,
  wrong: (answer: string, label: string) =>
    `The net classifies your image as ${answer}, not ${label}: it is already wrong, so no attack is run.`,
  fell: (words: {
    answer: string;
    margin: string;
    attack: string;
    step: number;
    distance: string;
    norm: string;
  }) =>
    `${words.attack} makes it ${words.answer} at step ${words.step} (margin ${words.margin}), with a change of ${words.distance} in ${words.norm}.`,
  stood: (attack: string) => `It stands: ${attack} did not change the prediction.`,
} as const;
