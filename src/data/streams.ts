/** Streams of random numbers that data use, so that no two uses share numbers (see math/random). */
export const STREAMS = {
  shapesTrain: 0x64_01,
  shapesTest: 0x64_02,
  shapesTrainLabels: 0x64_11,
  shapesTestLabels: 0x64_12,
  split: 0x64_03,
  order: 0x64_04,
  augment: 0x64_05,
  sample: 0x64_06,
} as const;
