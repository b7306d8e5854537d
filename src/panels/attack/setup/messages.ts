/** Words of the form of a new evaluation. */
export const SETUP_TEXT = {
  title: 'New evaluation',
  explain: 'Explain each field',
  source: (source: string): string => `(${source}.)`,
  net: {
    title: 'Net',
    run: (step: string, steps: string): string => `run, step ${step} of ${steps}`,
    accuracy: (rate: string, n: string): string => `${rate} of ${n} test images right`,
    unmeasured: 'no epoch is over yet',
    net: 'opened net',
    undescribed:
      'How its layers follow each other is not known, so it cannot answer for an image: open it again ' +
      'together with its net description (JSON).',
    none: 'There is no net to attack yet. Train one in a minute, or open weights together with their net description.',
    listing: 'Reading the runs that this browser keeps…',
    train: 'Train a run',
    open: 'Open a net',
    more: 'Another net:',
  },
  images: {
    title: 'Images',
    own: 'Own images',
    noneChosen: 'choose…',
    choose: 'Choose a set.',
    noOwn: 'No own images are in this browser: add a folder of them in the Train panel.',
    missing: (name: string): string =>
      `${name} is not in this browser. The Train panel fetches it, or takes its official files.`,
    gone: (name: string): string => `“${name}” is not in this browser.`,
    toTrain: 'To the Train panel',
    generated: 'Made here from the seed: as many as are wanted.',
    kept: (test: string, train: string): string =>
      `In this browser: ${test} test and ${train} training images.`,
    keptOwn: (count: string): string =>
      `In this browser: ${count} images, parted by the seed into training and test images.`,
  },
  attack: {
    title: 'Attack',
    incomplete: (difference: string): string => `${difference} Do not report it as AutoAttack.`,
    list: 'In this order, each on the images that still stand:',
    from: (source: string): string => `(${source})`,
  },
  threat: {
    title: 'Threat model',
    presets: 'Usual radii',
    preset: (words: string): string => `ε = ${words}`,
    wrong: (text: string): string =>
      `“${text}” is no radius: give a number such as 0.1 or a fraction such as 8/255.`,
    empty: 'Empty: give a radius, such as 8/255.',
    value: (value: string, of255: string): string => `= ${value} = ${of255}/255`,
    zero: 'ε = 0 moves nothing: robust accuracy will be the clean accuracy.',
    large:
      'From ε = 0.5 on every image can become plain grey: robust accuracy is at most that of a guess.',
  },
  seeds: 'Seeds',
  seed: 'Seed of the attacks',
  seedHelp: 'Random numbers come from the seed, the image, the attack, the restart and the step.',
  begin: {
    begin: 'Begin',
    making: 'Preparing…',
    noNet: 'Choose a net first.',
    mend: 'Mend the marked fields first.',
    backend: (name: string): string => `Computes with ${name}, chosen in the Train panel.`,
    backends: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'wasm', cpu: 'JavaScript (slow)' },
    backendLater: 'The best backend of this browser is tested and taken when it begins.',
    cost: (passes: string, images: string, all: string): string =>
      `At most ${passes} passes through the net for each image that stands, ${all} for ${images}. Images that fall take less.`,
    beside: 'Another evaluation is under way: both share the machine.',
    training:
      'A run is training: both share the machine, and an attack on it takes the net as it is now.',
  },
} as const;
