/**
 * One-line changes that each break a number, and the tests that must notice.
 *
 * @typedef {object} Mutation
 * @property {string} file
 * @property {string} from occurs once in the file
 * @property {string} to
 * @property {string} breaks what is wrong then
 * @property {string[]} tests files of which one must fail
 */

/** @type {readonly Mutation[]} */
export const mutations = [
  {
    file: 'src/math/exact-norms.ts',
    from: '      sum3 += value3;',
    to: '      sum3 += value2;',
    breaks: 'absolute row sums: one of four outputs',
    tests: ['src/math/exact-norms.test.ts'],
  },
  {
    file: 'src/math/tap-sets.ts',
    from: 'const x = axis.stride * o + axis.dilation * k - axis.padBegin;',
    to: 'const x = axis.stride * o + axis.dilation * k - axis.padBegin + 1;',
    breaks: 'taps that an output position reads',
    tests: ['src/math/exact-norms.test.ts'],
  },
  {
    file: 'src/math/lemma1.ts',
    from: 'const c = Math.max(leastC, Math.ceil(axis.padBegin / axis.stride));',
    to: 'const c = Math.max(leastC, Math.floor(axis.padBegin / axis.stride));',
    breaks: 'c of Assumption 1',
    tests: ['src/math/lemma1.test.ts'],
  },
  {
    file: 'src/math/l2/banded-cholesky.ts',
    from: 'return 2 * gamma(band + 10) * weight + 4 * gamma(2) * found.largestDiagonal;',
    to: 'return 0 * gamma(band + 10) * weight + 4 * gamma(2) * found.largestDiagonal;',
    breaks: 'rounding of the certified upper end of ℓ2',
    tests: ['src/math/l2'],
  },
  {
    file: 'src/math/kde.ts',
    from: 'return Math.sqrt(squares / (samples.length - 1));',
    to: 'return Math.sqrt(squares / samples.length);',
    breaks: 'standard deviation of the bandwidth',
    tests: ['src/math/kde.test.ts'],
  },
  {
    file: 'src/math/random.ts',
    from: 'round < 10',
    to: 'round < 9',
    breaks: 'rounds of Philox',
    tests: ['src/math/random.test.ts'],
  },
  {
    file: 'src/math/intervals.ts',
    from: 'z ** 2 / (4 * n ** 2)',
    to: 'z ** 2 / (2 * n ** 2)',
    breaks: "width of Wilson's interval",
    tests: ['src/math/intervals.test.ts'],
  },
  {
    file: 'src/math/mcnemar.ts',
    from: 'term *= k / (n - k + 1);',
    to: 'term *= k / (n - k);',
    breaks: "tail of McNemar's test",
    tests: ['src/math/mcnemar.test.ts'],
  },
  {
    file: 'src/tensor/ops/loss.ts',
    from: 'const others = mul(softmax(logits), sub(1, target));',
    to: 'const others = mul(softmax(logits), sub(1.01, target));',
    breaks: 'gradient of the cross-entropy',
    tests: ['src/tensor/ops/ops.test.ts'],
  },
  {
    file: 'src/tensor/ops/pool.ts',
    from: '  left = sub(left, taken);\n',
    to: '',
    breaks: 'gradient of max pooling where values tie',
    tests: ['src/tensor/ops/ops.test.ts'],
  },
  {
    file: 'src/tensor/wasm/conv-rows.ts',
    from: 'row * strides.row + tap * strides.tap + group * strides.group + first * strides.column;',
    to: 'row * strides.row + tap * strides.tap + first * strides.column;',
    breaks: 'weights of grouped convolutions on wasm',
    tests: ['src/tensor/wasm/conv.test.ts'],
  },
  {
    file: 'src/train/sgd.ts',
    from: 'const v = momentum * velocity[at]! + gradient[at]!;',
    to: 'const v = momentum * velocity[at]! + (1 - momentum) * gradient[at]!;',
    breaks: 'momentum of SGD',
    tests: ['src/train/sgd.test.ts', 'src/train/optimizer.test.ts'],
  },
  {
    file: 'src/train/regularizers/norm-decay.ts',
    from: '[1, 1 - gamma] : [0, 1]',
    to: '[1, gamma] : [0, 1]',
    breaks: "Algorithm 1's h: the weight of p",
    tests: ['src/train/regularizers/norm-decay.test.ts', 'src/train/optimizer.test.ts'],
  },
  {
    file: 'src/train/regularizers/norm-decay.ts',
    from: 'beta / countWeights(parameters)',
    to: 'beta / parameters.length',
    breaks: "Algorithm 1's N: conv and dense layers",
    tests: ['src/train/regularizers/norm-decay.test.ts', 'src/train/optimizer.test.ts'],
  },
  {
    file: 'src/train/regularizers/clip-matrix.ts',
    from: 'const weight = 1 - clipTo / Math.sqrt(values[q]!);',
    to: 'const weight = 1 - clipTo / values[q]!;',
    breaks: 'singular value clipping',
    tests: ['src/train/regularizers/svc.test.ts'],
  },
  {
    file: 'src/train/objective.ts',
    from: 'beta, share: [0.5, 0.5]',
    to: 'beta, share: [1, 0]',
    breaks: "ALP's clean and adversarial halves",
    tests: ['src/train/objective.test.ts'],
  },
  {
    file: 'src/train/optimizer.ts',
    from: 'for (const { name, values } of buffers) values.set(saved[name]!);',
    to: 'for (const { name, values } of buffers) values.set(saved[name]!.length === 0 ? [] : values);',
    breaks: 'momentum and h of a resumed run',
    tests: ['src/train/optimizer.test.ts', 'src/train/loop.test.ts'],
  },
  {
    file: 'src/attack/apgd-run.ts',
    from: 'const next = z + share * (reached - z) + (1 - share) * (z - before[at]!);',
    to: 'const next = z + share * (reached - z) + share * (z - before[at]!);',
    breaks: "APGD's momentum in ℓ∞",
    tests: ['src/attack/apgd-run.test.ts'],
  },
  {
    file: 'src/attack/apgd-run.ts',
    from: 'return rises <= rho * check.window',
    to: 'return rises < 0.5 * rho * check.window',
    breaks: "APGD's condition for halving its step",
    tests: ['src/attack/apgd-run.test.ts'],
  },
  {
    file: 'src/attack/losses.ts',
    from: 'places: [0, 2], weights: [1, -1]',
    to: 'places: [0, 1], weights: [1, -1]',
    breaks: 'denominator of DLR',
    tests: ['src/attack/losses.test.ts'],
  },
  {
    file: 'src/attack/threat-model.ts',
    from: 'const factor = Math.min(length, eps) / (length + LENGTH_GUARD);',
    to: 'const factor = eps / (length + LENGTH_GUARD);',
    breaks: 'projection onto the ℓ2 ball: points inside move',
    tests: ['src/attack/threat-model.test.ts'],
  },
  {
    file: 'src/attack/fab-projection.ts',
    from: 'left -= weight * room;',
    to: 'left -= room;',
    breaks: "FAB's projection where pixels meet the box",
    tests: ['src/attack/fab-projection.test.ts'],
  },
  {
    file: 'src/attack/square-schedule.ts',
    from: 'query <= last',
    to: 'query < last',
    breaks: "Square's halvings of the share of pixels",
    tests: ['src/attack/square-schedule.test.ts', 'src/attack/square-replay.test.ts'],
  },
  {
    file: 'src/attack/verdict.ts',
    from: 'if (!isWrong(logits, verdict.label)) return { ...verdict, attacks };',
    to: 'if (logits.length === 0) return { ...verdict, attacks };',
    breaks: 'verification: a returned image counts although the net has it right',
    tests: ['src/attack/evaluate.test.ts'],
  },
  {
    file: 'src/files/float-sink.ts',
    from: 'word.setUint32(0, bits << 16);',
    to: 'word.setUint32(0, bits << 15);',
    breaks: 'bfloat16 weights',
    tests: ['src/files/safetensors.test.ts'],
  },
  {
    file: 'src/files/float-sink.ts',
    from: 'columnMajor === undefined ? () => this.#filled : columnMajorPlaces(columnMajor)',
    to: 'columnMajor === null ? columnMajorPlaces([]) : () => this.#filled',
    breaks: 'npy arrays in Fortran order',
    tests: ['src/files/npz.test.ts'],
  },
  {
    file: 'src/files/weight-layouts.ts',
    from: '  conv2d: [3, 2, 0, 1],',
    to: '  conv2d: [3, 2, 1, 0],',
    breaks: "tfjs's kernels: height and width exchanged",
    tests: ['src/files/net-layers.test.ts', 'src/files/tfjs.test.ts'],
  },
  {
    file: 'src/files/zip-stream.ts',
    from: 'if (produced !== entry.size || crc !== entry.crc) {',
    to: 'if (produced !== entry.size) {',
    breaks: 'checksum of npz entries',
    tests: ['src/files/npz.test.ts'],
  },
  {
    file: 'src/nn/net-identity.ts',
    from: '    hash.update(bytesOf(tensor));\n',
    to: '',
    breaks: 'identity of a net: its weights do not count',
    tests: ['src/nn/net-identity.test.ts'],
  },
  {
    file: 'src/data/images-identity.ts',
    from: '  hash.update(Uint8Array.from(set.labels, (label) => label >> 8));\n',
    to: '',
    breaks: 'identity of images: labels beyond 255',
    tests: ['src/data/images-identity.test.ts'],
  },
];
