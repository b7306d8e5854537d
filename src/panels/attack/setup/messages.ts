/** Messages of the form of a new evaluation. */
export const SETUP_TEXT = {
  title: 'New evaluation',
  explain: 'Explain each field',
  source: (source: string): string => `(${source}.)`,
  net: {
    title: 'Net',
    run: (step: string, steps: string): string => `run, step ${step} of ${steps}`,
    accuracy: (rate: string, n: string): string => `${rate} of ${n} test images right`,
    unmeasured: 'no epoch finished yet',
    net: 'opened net',
    undescribed:
      'The order of its layers is unknown, so it cannot classify images: open it again ' +
      'together with its net description (JSON).',
    none: 'There is no net to attack yet. Train one in a minute, or open weights together with their net description.',
    listing: 'Reading the runs stored in this browser…',
    train: 'Train a run',
    open: 'Open a net',
    more: 'Another net:',
  },
  images: {
    title: 'Images',
    own: 'Own images',
    noneChosen: 'choose…',
    choose: 'Choose a set.',
    noOwn: 'There are no own images in this browser: add a folder in the Train panel.',
    missing: (name: string): string =>
      `${name} is not in this browser. Download it or add its official files in the Train panel.`,
    gone: (name: string): string => `“${name}” is not in this browser.`,
    toTrain: 'To the Train panel',
    generated: 'Generated from the seed, any number of them.',
    kept: (test: string, train: string): string =>
      `In this browser: ${test} test and ${train} training images.`,
    keptOwn: (count: string): string =>
      `In this browser: ${count} images, split by the seed into training and test images.`,
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
      `“${text}” is not a radius: give a number such as 0.1 or a fraction such as 8/255.`,
    empty: 'Empty: give a radius, such as 8/255.',
    value: (value: string, of255: string): string => `= ${value} = ${of255}/255`,
    zero: 'ε = 0 changes nothing: robust accuracy will equal clean accuracy.',
    large:
      'From ε = 0.5 on every image can become uniform grey: robust accuracy is at most chance.',
  },
  seeds: 'Seeds',
  seed: 'Seed of the attacks',
  seedHelp: 'Random numbers come from the seed, the image, the attack, the restart and the step.',
  begin: {
    begin: 'Begin',
    making: 'Preparing…',
    noNet: 'Choose a net first.',
    fixFirst: 'Fix the highlighted fields first.',
    backend: (name: string): string => `Runs on ${name}, chosen in the Train panel.`,
    backends: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'wasm', cpu: 'JavaScript (slow)' },
    backendLater: 'The best backend of this browser is tested and chosen at the start.',
    cost: (passes: string, images: string, all: string): string =>
      `At most ${passes} passes through the net for each image that stands, ${all} for ${images}. Broken images take fewer.`,
    beside: 'Another evaluation is running: both share the machine.',
    training:
      'A run is training: both share the machine, and an attack on it uses the net as it is now.',
  },
} as const;
