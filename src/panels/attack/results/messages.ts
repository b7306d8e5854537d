/** Messages of an evaluation's results. */
export const RESULTS_TEXT = {
  clean: 'clean',
  states: {
    running: 'under way',
    stopping: 'stopping',
    finished: 'finished',
    early: 'ended early',
    begun: 'not begun',
  },
  controls: {
    group: 'Evaluation controls',
    stop: 'Stop',
    stopping: 'Stopping…',
    resume: 'Resume',
    fresh: 'New evaluation…',
    again: 'New one like this',
    about:
      'Stop takes effect within one step of the attack. Results so far are kept, and Resume continues from there.',
    early:
      'It ended early. Resume continues with the remaining images and gives the same verdicts.',
    over: 'This evaluation is finished. Its verdicts and adversarial images are stored.',
  },
  settings: {
    title: 'Settings',
    net: 'Net',
    attack: 'Attack',
    radius: 'Radius',
    images: 'Images',
    seed: 'Seed',
    backend: 'Backend',
    time: 'Computed for',
    hash: 'Weights',
    formatHash: (hash: string): string => `SHA-256 ${hash}…`,
  },
  progress: {
    title: 'Progress',
    attack: 'Attack',
    attackOf: (name: string, place: number, count: number): string =>
      `${name} (${place} of ${count})`,
    images: 'Images done',
    under: 'Under attack now',
    formatUnder: (running: string, broken: string): string => `${running} stand, ${broken} broken`,
    speed: 'Images/s',
    left: 'Time left, at most',
    backend: 'Backend',
    of: (part: string, whole: string): string => `${part} / ${whole}`,
    about:
      'Images/s counts each pass of an image through the net, forward or backward. The time left assumes the ' +
      'current speed and that no further image is broken; each broken image shortens it.',
    bar: 'Share of the work done, at least',
  },
  news: {
    clean: 'The clean images are being classified.',
    attack: (name: string, standing: string, n: string): string =>
      `${name} is running: ${standing} of ${n} images stand.`,
    stopping: 'Stopping after this step.',
    early: (robust: string): string => `The evaluation ended early. So far ${robust} stand.`,
    finished: (robust: string): string => `The evaluation is finished: robust accuracy ${robust}.`,
  },
  head: {
    title: 'Robust accuracy',
    soFar: 'Standing so far',
    robust: 'Robust accuracy',
    clean: 'Clean accuracy',
    of: (count: string, n: string): string => `${count} of ${n}`,
    interval: (lower: string, upper: string): string => `95 % interval ${lower} to ${upper}`,
    seed: (seed: number): string => `seed ${seed}`,
    wrong: (count: string): string =>
      `${count} wrong before any attack: such images count as broken.`,
    noneWrong: 'No image was wrong before the attack.',
    means:
      'Empirical: an upper bound of the true robust accuracy on these images, since a stronger attack can only lower ' +
      'it. The Wilson interval accounts for the number of images.',
    meansSoFar:
      'Images that the attacks have not finished count as standing: the number can only fall.',
    zeroEqual:
      'ε = 0 leaves every image unchanged: robust accuracy equals clean accuracy, as it must.',
    zeroDiffers:
      'ε = 0 leaves every image unchanged, yet robust and clean accuracy differ: this net does not classify the same ' +
      'image consistently.',
    waiting: 'The clean images are not classified yet.',
  },
  fall: {
    title: 'Robust accuracy after each attack',
    x: 'after',
    y: 'images that stand, %',
    legend: 'Share of all images, with its 95 % interval',
    series: (net: string): string => net,
    cursor: 'Attack',
    help: 'Point at the figure, or use the arrow keys, to read a share.',
    reading: (values: {
      after: string;
      rate: string;
      count: string;
      n: string;
      interval: string;
    }): string =>
      `after ${values.after}: ${values.rate} (${values.count} of ${values.n}), ${values.interval}`,
    cleanReading: 'no attack',
    soFar: ' So far: it can only fall.',
    notBegun: (after: string): string => `${after} has not started.`,
    underWay: (name: string): string =>
      `${name} has not finished all images: its bar can only fall.`,
    about:
      'Each bar counts the correctly classified images that neither this attack nor any before it broke.',
    table: ['after', 'standing', 'images', 'share', 'lower 95 %', 'upper 95 %', 'finished'],
    yes: 'yes',
    no: 'no',
  },
  attacks: {
    title: 'What each attack did',
    region: 'Table of attacks: scroll with the arrow keys',
    columns: {
      attack: 'Attack',
      attacked: 'Attacked',
      broken: 'Broken',
      standing: 'Standing',
      share: 'Share, 95 % interval',
      refused: 'Refused',
      projected: 'Put back',
      passes: 'Passes, forward / backward',
      gradients: 'Gradients: zero / subnormal / not finite',
    },
    share: (rate: string, lower: string, upper: string): string => `${rate} (${lower} to ${upper})`,
    atMost: (upper: string): string => `≤ ${upper} so far`,
    pair: (a: string, b: string): string => `${a} / ${b}`,
    gradients: (values: {
      zero: string;
      subnormal: string;
      notFinite: string;
      all: string;
    }): string => `${values.zero} / ${values.subnormal} / ${values.notFinite} of ${values.all}`,
    noGradients: 'uses none',
    about:
      'Refused: images that the attack reported as broken but that are not. Projected: images that had left the ball or ' +
      'the pixel range. Gradients that are zero, or too small for float32, indicate gradient masking: an ' +
      'attack that follows them finds little.',
  },
  details: {
    title: 'The broken images',
    none: 'No image was broken.',
    noneYet:
      'No image is known to be broken yet: images count once their attack has finished them.',
    rounding: 'Still misclassified when rounded to 8 bits',
    roundingHelp: 'The precision of a PNG file.',
    distances: 'Distance to the clean image',
    margins: 'Margin z_y − max z_c',
    median: 'median',
    mean: 'mean',
    quantity: 'Quantity',
    names: { linf: 'ℓ∞', l2: 'ℓ2', l1: 'ℓ1' },
    marginClean: 'margin of all images that were right',
    marginBefore: 'margin of broken images, before',
    marginAfter: 'margin of broken images, after',
    inPixels:
      'Pixels range from 0 to 1. A margin is z_y minus the largest other logit: negative where the net is wrong.',
  },
  downloads: {
    title: 'Files',
    flags: 'Flags (CSV)',
    evaluation: 'Evaluation (JSON)',
    images: 'Images (npz)',
    nothing: 'Nothing to save until the clean images are classified.',
    preparing: 'Collecting the images…',
    about:
      'Flags: one row for each image, with what broke it. Evaluation: plan, verdicts, tallies and the numbers above. ' +
      'Images: clean and adversarial images, labels and indices, for numpy.load.',
  },
  compare: {
    title: 'Compared with another evaluation',
    with: 'Compare with',
    choose: 'choose…',
    none: 'Another evaluation of the same images (other net, attack or radius) can be compared with this one image by image.',
    older:
      'Some evaluations were made by an older version, which identified images differently: whether they use the same images cannot be checked, so they are not offered. Evaluate again to compare.',
    caption: (a: string, b: string): string => `Images by where they stand: ${a} (A), ${b} (B)`,
    cells: {
      both: 'stand in both',
      onlyA: 'stand in A alone',
      onlyB: 'stand in B alone',
      neither: 'stand in neither',
    },
    images: 'Images',
    p: (p: string, n: string): string =>
      `McNemar’s exact test: p = ${p} (two-sided; images that stand in one alone: ${n}).`,
    means: (p: string): string =>
      `If both were equally robust, a difference at least this large would occur by chance with probability ${p}.`,
    same: 'No image stands in one alone: these images do not distinguish the two.',
    name: (net: string, plan: string): string => `${net} · ${plan}`,
  },
  quirks: 'Notes for comparing these numbers with the reference’s',
  trust: {
    title: 'Can it be trusted?',
    summary: (pass: number, fail: number, open: number): string =>
      `${pass} passed, ${fail} failed, ${open} not run`,
    notAsked: 'The checks have not been run on this evaluation.',
    words: { pass: 'passed', fail: 'failed', 'not-run': 'not run' },
    signs: { pass: '✓', fail: '✗', 'not-run': '–' },
    run: 'Run the checks',
    again: 'Run the checks again',
    outdated:
      'These checks were run before the evaluation was resumed and apply to its numbers then. Run them again.',
    stop: 'Stop the checks',
    opening: 'Opening the net…',
    work: (place: number, of: number): string => `Check ${place} of ${of}…`,
    bar: 'Finished checks',
    about:
      'Each check looks for a way in which an attack can fail although the net is not robust. A failed check says why ' +
      'the robust accuracy cannot be relied on: it is probably too high, or there are too few images.',
  },
} as const;
