/** Messages of the choice of images. */
export const DATA_TEXT = {
  sample: (name: string, classes: string): string => `Images of ${name}: ${classes}`,
  missing: (name: string): string => `${name} is not in this browser yet.`,
  fetch: (name: string, size: string): string => `Download ${name} (${size})`,
  stored: (size: string): string => `It needs ${size} of the browser’s storage.`,
  orDrop: 'Or drop its official files here; they are available from',
  makers: 'its makers’ page',
  noOwn:
    'There are no own images in this browser yet: add a folder that contains one folder for each class.',
  gone: (name: string): string =>
    `“${name}” is not in this browser. Add its folder again, or choose other images.`,
  wanted: {
    fetching: (name: string): string => `A run can start once ${name} is here.`,
    none: 'Choose a set of own images.',
    gone: (name: string): string => `“${name}” is not in this browser.`,
    choose: 'Choose or add own images',
    addAgain: 'Add its folder again',
  },
  own: 'Own images',
  none: 'choose…',
  few: (count: string, part: string): string =>
    `This set has ${count} ${part} images: give at most as many, or 0 for all.`,
  parts: { train: 'training', test: 'test' },
  manage: 'Add and remove images',
  drop: 'Drop official files of MNIST, Fashion-MNIST or CIFAR-10 here, or a folder that contains one folder of images for each class.',
  files: 'Choose files…',
  folder: 'Choose a folder…',
  size: 'Own images are resized to',
  sizes: { grey28: '28 × 28, grey', color32: '32 × 32, colour', color64: '64 × 64, colour' },
  inBrowser: 'In this browser',
  use: 'Use',
  chooseSet: (name: string): string => `Use ${name}`,
  inUse: 'in use',
  remove: 'Remove',
  removeSet: (name: string): string => `Remove ${name}`,
  sure: (name: string): string =>
    `Remove ${name} from this browser? Runs that were trained on it need it to resume.`,
  keep: 'Keep it',
  counts: (train: string, test: string): string => `${train} + ${test} test images`,
  count: (count: string): string => `${count} images`,
  room: (used: string, quota: string): string =>
    `${used} of ${quota} of the browser’s storage are used.`,
  persisted: 'The browser has granted persistent storage.',
  notPersisted:
    'The browser may clear it when the disk is full; persistent storage is requested when a run starts.',
  working: {
    fetch: (name: string, host: string): string =>
      host === '' ? `Fetching ${name}…` : `Downloading ${name} from ${host}`,
    files: (name: string): string => `Reading ${name}…`,
    folder: (name: string): string => `Decoding ${name}…`,
  },
  done: (done: string, total: string): string => `${done} of ${total}`,
  stop: 'Cancel',
  refused: 'The images could not be added.',
  added: (name: string): string => `${name} is in this browser now.`,
  dismiss: 'Close this message',
} as const;
