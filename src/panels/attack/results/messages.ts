/** Words of an evaluation's results. */
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
      'Stop answers within one step of the attack. What has been found is kept, and Resume goes on from there.',
    early:
      'It ended early. Resume goes on with the images that are not done, and ends with the same verdicts.',
    over: 'This evaluation is over. Its verdicts and adversarial images are kept.',
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
    formatUnder: (running: string, broken: string): string => `${running} stand, ${broken} fell`,
    speed: 'Images/s',
    left: 'Time left, at most',
    backend: 'Backend',
    of: (part: string, whole: string): string => `${part} / ${whole}`,
    about:
      'Images/s counts each pass of an image through the net, forward or backward. The time left is for the ' +
      'passes to come at that speed if no further image fell; each one that falls shortens it.',
    bar: 'Part of the work that is done, at least',
  },
  news: {
    clean: 'The clean images are being classified.',
    attack: (name: string, standing: string, n: string): string =>
      `${name} is under way: ${standing} of ${n} images stand.`,
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
      'it. The interval (Wilson) tells what so few images say about all images of their kind.',
    meansSoFar:
      'Images that the attacks are not done with count as standing: the number can only fall.',
    zeroEqual:
      'ε = 0 leaves every image as it is: robust accuracy equals clean accuracy, as it must.',
    zeroDiffers:
      'ε = 0 leaves every image as it is, yet robust and clean accuracy differ: this net does not answer the same ' +
      'image the same way twice.',
    waiting: 'The clean images are not classified yet.',
  },
  fall: {
    title: 'Robust accuracy, attack by attack',
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
    notBegun: (after: string): string => `${after} has not begun.`,
    underWay: (name: string): string =>
      `${name} is not done with all images: its bar can only fall.`,
    about:
      'Each bar counts the images that are right and that neither this attack nor those before it broke.',
    table: ['after', 'standing', 'images', 'share', 'lower 95 %', 'upper 95 %', 'done with all'],
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
    noGradients: 'asks for none',
    about:
      'Refused: images that the attack called broken and that are not. Put back: images that had left the ball or ' +
      'the range of pixels. Gradients that are zero, or too small for float32, tell of a net that hides them: an ' +
      'attack that climbs them finds little.',
  },
  details: {
    title: 'The broken images',
    none: 'No image was broken.',
    noneYet:
      'No image is known to be broken yet: images count when their attack is done with them.',
    rounding: 'Still misclassified when rounded to 8 bits',
    roundingHelp: 'What a PNG file can hold.',
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
      'Pixels go from 0 to 1. A margin is z_y − max of the other logits: negative where the net is wrong.',
  },
  downloads: {
    title: 'Files',
    flags: 'Flags (CSV)',
    evaluation: 'Evaluation (JSON)',
    images: 'Images (npz)',
    nothing: 'There is nothing to save before the clean images are classified.',
    preparing: 'Gathering the images…',
    about:
      'Flags: one row an image, with what broke it. Evaluation: plan, verdicts, tallies and the numbers above. ' +
      'Images: clean and adversarial ones, labels and places, for numpy.load.',
  },
  compare: {
    title: 'Compared with another evaluation',
    with: 'Compare with',
    choose: 'choose…',
    none: 'Another evaluation of the very same images (other net, attack or radius) can be compared with this one pair by pair.',
    older:
      'Some evaluations were computed by an older version of the lab than others, which identified images in another way: whether they are of the same images cannot be checked, so they are not offered. Evaluate again to compare.',
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
      `If both were equally robust, a difference this large or larger would come by chance with probability ${p}.`,
    same: 'No image stands in one alone: nothing tells them apart on these images.',
    name: (net: string, plan: string): string => `${net} · ${plan}`,
  },
  quirks: 'What to know when these numbers are compared with the reference’s',
  trust: {
    title: 'Can it be trusted?',
    summary: (pass: number, fail: number, open: number): string =>
      `${pass} passed, ${fail} failed, ${open} not run`,
    notAsked: 'The checks have not been run on this evaluation.',
    words: { pass: 'passed', fail: 'failed', 'not-run': 'not run' },
    signs: { pass: '✓', fail: '✗', 'not-run': '–' },
    run: 'Run the checks',
    again: 'Run them again',
    outdated:
      'These checks were made before the evaluation went on: what they say is of its numbers then. Run them again.',
    stop: 'Stop the checks',
    opening: 'The net is being opened…',
    work: (place: number, of: number): string => `Check ${place} of ${of}…`,
    bar: 'Checks that are done',
    about:
      'Each check looks for a way in which an attack can fail while the net is not robust. One that fails says why ' +
      'not to rely on the robust accuracy: it is probably too high, or the images are too few to tell.',
  },
} as const;
