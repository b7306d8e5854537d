/** Built-in nets. */
export type ArchitectureName =
  'small-cnn' | 'lenet-5' | 'vgg-11' | 'resnet-18' | 'senet-18' | 'regnetx-200mf';

/** Label of a net, and one sentence of help. */
export interface ArchitectureLabels {
  readonly title: string;
  readonly summary: string;
}

/** All built-in nets, in the order of the menu. */
export const ARCHITECTURE_LABELS: Readonly<Record<ArchitectureName, ArchitectureLabels>> = {
  'small-cnn': {
    title: 'Small CNN',
    summary:
      'Three 3×3 convolutions with BatchNorm, each pooled, and a dense layer; trains in a minute.',
  },
  'lenet-5': {
    title: 'LeNet-5',
    summary: 'Two 5×5 convolutions and three dense layers, with ReLU and max pooling.',
  },
  'vgg-11': {
    title: 'VGG-11',
    summary: 'Eight 3×3 convolutions with BatchNorm, pooled five times.',
  },
  'resnet-18': {
    title: 'ResNet-18',
    summary: 'Eight residual blocks of two 3×3 convolutions.',
  },
  'senet-18': {
    title: 'SENet-18',
    summary: 'Eight pre-activation residual blocks, each channel gated by squeeze and excitation.',
  },
  'regnetx-200mf': {
    title: 'RegNetX-200MF',
    summary: 'Thirteen residual bottlenecks with grouped 3×3 convolutions.',
  },
};

/** Whether a text from a file or a link is an architecture's name. */
export function isArchitectureName(name: string): name is ArchitectureName {
  return Object.hasOwn(ARCHITECTURE_LABELS, name);
}
