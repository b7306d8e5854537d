import type { RunEnd, RunPhase } from '../../model/train/run.ts';
import { LAYERS_TEXT } from './layers/messages.ts';

/** Messages of the Train panel. */
export const TEXT = {
  title: 'Train',
  setup: {
    title: 'New run',
    about: 'Images, net and regularizer of the run. It starts with these when you press Play.',
    data: 'Images',
    net: 'Net',
    training: 'Training',
    adversarial: 'Adversarial training',
    robust: 'Robust accuracy while it trains',
    regularizer: 'Regularizer',
    run: 'Run',
    name: 'Name',
    namePlaceholder: 'named by its number',
    seed: 'Seed',
    seedHelp: 'Determines the initial weights, the order of the images and their crops.',
    explain: 'Explain each field',
    fixFirst: 'Fix the highlighted fields first.',
    edits: 'Scheduled changes',
    withoutEdits: 'Run without these changes',
    linkProblem: 'The link could not be read; the form shows the default experiment.',
  },
  layers: LAYERS_TEXT,
  robust: {
    norms: { linf: 'ℓ∞', l2: 'ℓ2' },
    attack: (steps: string, norm: string, eps: string): string => `PGD-${steps}, ${norm} ε ${eps}`,
    caution: 'not AutoAttack',
  },
  transport: {
    group: 'Run controls',
    play: 'Play',
    pause: 'Pause',
    pausing: 'Pausing…',
    resume: 'Resume',
    step: 'One step',
    stop: 'Stop',
    cancel: 'Cancel',
    starting: 'Starting…',
    creating: 'Preparing images and weights…',
    again: 'New run like this',
    about:
      'Pause keeps the run ready to continue. Stop ends it now; its curves and weights are kept.',
    over: 'This run is finished. Its curves, weights and settings are stored.',
    switched: 'One run trains at a time: starting this one pauses the other.',
  },
  edits: {
    title: 'While it runs',
    about: 'Takes effect from the next step, and is recorded in the run’s document.',
    milestones: (epochs: readonly number[], factor: string): string =>
      `This is the learning rate before the milestones: from epoch ${epochs.join(', and again from ')} on ` +
      `it is multiplied by ${factor}.`,
    apply: 'Apply',
    applyTo: (field: string): string => `Apply ${field}`,
    fields: { learningRate: 'Learning rate', beta: 'Strength β', lambda: 'Strength λ' },
    marks: { learningRate: 'lr', beta: 'β', lambda: 'λ' },
    range: 'Give a number from 0 to 100.',
    log: 'Changes so far',
    entry: (step: number, field: string, value: string): string =>
      `from step ${step}: ${field} = ${value}`,
  },
  run: {
    settings: 'Settings of this run',
    parameters: 'Parameters',
    note: 'Note',
    name: 'Name of the run',
    open: 'Open in the net inspector',
    opening: 'Opening…',
    files: 'Files',
    record: 'Record (JSON)',
    description: 'Net (JSON)',
    weights: 'Weights (safetensors)',
    loadingHistory: 'Reading the run’s history…',
  },
  status: {
    title: 'State of the run',
    phase: 'State',
    step: 'Step',
    epoch: 'Epoch',
    speed: 'Images/s',
    left: 'Time left',
    memory: 'Memory',
    saved: 'Saved at step',
    backend: 'Backend',
    of: (part: string, whole: string): string => `${part} / ${whole}`,
    tensors: (count: number, bytes: string): string => `${count} tensors, ${bytes}`,
    none: '–',
    phases: {
      preparing: 'preparing',
      compiling: 'first step: compiling kernels',
      attacking: 'attacking the batch',
      training: 'training',
      testing: 'testing',
      saving: 'saving',
    } satisfies Record<RunPhase, string>,
    starting: 'starting',
    stopping: 'stopping after this batch',
    ready: 'ready',
    neverPaused: 'paused when the page was closed',
    stopped: 'stopped',
    ends: {
      finished: 'finished',
      paused: 'paused',
      'not-finite': 'stopped: not finite',
      failed: 'failed',
    } satisfies Record<RunEnd['kind'], string>,
    epochResult: (values: { epoch: number; epochs: number; test: string; n: string }): string =>
      `Epoch ${values.epoch} of ${values.epochs}: ${values.test} of ${values.n} test images right.`,
    epochRobust: (rate: string, n: string, attack: string): string =>
      ` ${rate} of ${n} stand ${attack}.`,
    hidden: (minutes: string): string =>
      `The browser suspended the run for ${minutes} while this tab was hidden. It has resumed.`,
  },
  backend: {
    title: 'Backend',
    choose: 'Compute with',
    best: 'the best available',
    names: { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'wasm', cpu: 'JavaScript (slow)' },
    choosing: 'Testing the backends…',
    none: 'No backend works in this browser.',
    checks: (checks: number, time: string): string =>
      `${checks} known answers were reproduced, in ${time}.`,
    skipped: (name: string, reason: string): string => `${name} was not used: ${reason}`,
  },
  trouble: {
    notFinite: (step: number): string =>
      `Training stopped at step ${step}: a number is not finite.`,
    saved: (step: number): string =>
      step === 0
        ? 'The last checkpoint is the start of the run.'
        : `The last checkpoint is of step ${step}.`,
    back: 'Resume from the last checkpoint',
    rate: 'with the learning rate',
    lower:
      'A lower learning rate takes smaller steps. If the checkpoint has diverged too, start a new run.',
    failed: {
      'device-lost': 'Training stopped: the graphics device was lost.',
      'out-of-memory': 'Training stopped: there is not enough memory.',
      'hung-queue': 'Training stopped: the graphics device no longer responds.',
      'device-error': 'Training stopped: the backend has failed.',
      'storage-full': 'Training stopped: the run could not be saved.',
      storage: 'Training stopped: the run could not be saved.',
    },
    ways: {
      'device-lost': 'Choose another backend if it happens again.',
      'out-of-memory': 'Use a smaller batch size or width, or close other tabs that compute.',
      'hung-queue': 'Choose another backend if it happens again.',
      'device-error': 'Choose another backend if it happens again.',
      'storage-full':
        '“Free its space now”, below the list of runs, frees the space of deleted runs.',
      storage: 'Save its weights before you close this tab.',
    },
    stands: (step: number, saved: number | null): string => {
      const last =
        saved === null ? 'it has no checkpoint yet' : `its last checkpoint is of step ${saved}`;
      return `Nothing is lost while this tab stays open: the run is at step ${step} here; ${last}.`;
    },
    restarted: (step: number, message: string): string =>
      `${message} It was reopened after step ${step}, and the lost step was repeated.`,
    refused: 'This failed.',
    titles: {
      create: 'The run could not be created.',
      list: 'The stored runs could not be read.',
      delete: 'The run could not be deleted.',
      purge: 'The space of deleted runs could not be freed.',
      backend: 'The backend could not be changed.',
    },
    dismiss: 'Close this message',
    resume: 'Resume',
  },
  empty: {
    what:
      'Press Play to train a net in this tab, on your own machine: loss, accuracy and the exact ℓ1 and ℓ∞ ' +
      'operator norm of every layer appear here, step by step.',
    regularizer:
      'Choose a regularizer to see its effect on the norms: norm decay reduces them while the ' +
      'accuracy hardly changes. Strength and learning rate can be changed while it runs.',
    kept: 'Runs are stored in this browser: close the tab, come back, and resume from the last checkpoint.',
  },
  charts: {
    loss: 'Loss',
    accuracy: 'Accuracy',
    l1: 'ℓ1 norm of each layer',
    linf: 'ℓ∞ norm of each layer',
    axes: {
      step: 'steps',
      accuracy: 'of images correct',
      l1: 'ℓ1 norm (log)',
      linf: 'ℓ∞ norm (log)',
    },
    cursor: (title: string): string => `${title}: position on the step axis`,
    help: 'Point at the image, or use the arrow keys (with Shift: single steps).',
    normHelp:
      'Point at a line to name its layer. Keys: left and right for steps, up and down for layers.',
    perStep: 'loss of each step',
    smooth: 'smoothed',
    train: 'train',
    trainAttacked: 'train, PGD',
    test: 'test',
    robust: 'test, PGD',
    nothing: 'Nothing recorded yet.',
    lossAt: (step: number, loss: string, smooth: string): string =>
      `Step ${step}: loss ${loss}, smoothed ${smooth} (over about 20 steps).`,
    runAt: (run: string, value: string): string => `${run}: ${value}.`,
    trainAt: (step: number, rate: string, images: string): string =>
      `Step ${step}: ${rate} of the ${images} right (over about 20 steps).`,
    images: { clean: 'training images', attacked: 'attacked training images' },
    robustAt: (values: {
      epoch: number;
      rate: string;
      n: string;
      low: string;
      high: string;
      attack: string;
    }): string =>
      `Epoch ${values.epoch}: ${values.rate} of ${values.n} stand ${values.attack} (not AutoAttack), ` +
      `95 % interval ${values.low} to ${values.high}.`,
    testAt: (values: {
      epoch: number;
      rate: string;
      n: string;
      low: string;
      high: string;
    }): string =>
      `Epoch ${values.epoch}: test ${values.rate} of ${values.n}, 95 % interval ${values.low} to ${values.high}.`,
    epochTrain: (rate: string, n: string): string => `Train, whole epoch: ${rate} of ${n}.`,
    normAt: (step: number, layer: string, value: string): string =>
      `Step ${step}: ${layer}, ${value}.`,
    normEnds: (largest: string, least: string): string => `Largest ${largest}, smallest ${least}.`,
    save: (kind: string, title: string): string => `${title} as ${kind}`,
  },
  runs: {
    title: 'Runs',
    none: 'No run yet. Each one that you start is listed here and stored in this browser.',
    listing: 'Reading the runs stored in this browser…',
    fresh: 'New run…',
    columns: {
      run: 'Run',
      settings: 'Settings',
      progress: 'Progress',
      test: 'Test accuracy',
      robust: 'Robust (PGD)',
      linf: 'Largest ℓ∞',
      drawn: 'Drawn',
      actions: 'Actions',
    },
    table: 'Table of runs',
    choose: (name: string): string => `Show ${name}`,
    overlay: (name: string): string => `Draw the curves of ${name} beside the chosen run’s`,
    again: 'Like this',
    likeThis: (name: string): string => `New run like ${name}`,
    remove: 'Delete',
    removeRun: (name: string): string => `Delete ${name}`,
    removed: (name: string): string => `${name} was deleted.`,
    undo: 'Undo',
    purge: 'Free its space now',
    images: (count: string, source: string): string => `${count} × ${source}`,
    testHelp: (values: { epoch: number; low: string; high: string; n: string }) =>
      `after epoch ${values.epoch}: ${values.low} to ${values.high} with 95 % confidence, n = ${values.n}`,
    robustHelp: (values: { epoch: number; attack: string; low: string; high: string; n: string }) =>
      `after epoch ${values.epoch}: ${values.attack}, not AutoAttack; ${values.low} to ${values.high} ` +
      `with 95 % confidence, n = ${values.n}`,
    progressOf: (name: string): string => `Progress of ${name}`,
  },
  share: {
    title: 'Experiment',
    about: 'All settings as a document: the same file runs from the command line.',
    copy: 'Copy link',
    copied: 'Link copied.',
    save: 'Save JSON',
    open: 'Open JSON…',
    opened: (name: string): string => `${name} is loaded into the form.`,
    refused: (name: string): string => `${name} could not be opened.`,
    file: 'experiment.json',
  },
} as const;
