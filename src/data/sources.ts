/** A file of a data set as its makers published it. */
export interface OfficialFile {
  readonly name: string;
  readonly bytes: number;
  /** Sums of the file as it is published. */
  readonly md5?: string;
  readonly sha256?: string;
  /** Sum of what is in a .gz: the same for a file that was packed again. */
  readonly unpackedMd5?: string;
  /**
   * Where it is published, to be tried in order. Whether a server lets another page read the file
   * (CORS) is its owner's choice and can change; dropping the file always works.
   */
  readonly addresses: readonly string[];
}

/** Files that hold a whole set; any one version will do. */
export interface OfficialVersion {
  readonly label: string;
  readonly files: readonly OfficialFile[];
}

interface SourceBase {
  readonly id: string;
  readonly name: string;
  /** One sentence on what it shows. */
  readonly about: string;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly classes: number;
}

/** Made on the spot: nothing to fetch. */
export interface GeneratedSource extends SourceBase {
  readonly kind: 'generated';
  readonly defaults: { readonly train: number; readonly test: number };
}

/** Read from official files, dropped or fetched. */
export interface FileSource extends SourceBase {
  readonly kind: 'files';
  readonly train: number;
  readonly test: number;
  /** The page of its makers, where a person gets the files. */
  readonly page: string;
  readonly cite: string;
  readonly versions: readonly OfficialVersion[];
}

export type DataSource = GeneratedSource | FileSource;

interface Sums {
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
  readonly unpackedMd5?: string;
}

/** Four files with the names that MNIST's makers gave them, in the order of `sums`. */
function idxFiles(bases: readonly string[], sums: readonly Sums[]): OfficialFile[] {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  return names.map((stem, k) => {
    const name = `${stem}-ubyte.gz`;
    return { name, ...sums[k]!, addresses: bases.map((base) => base + name) };
  });
}

function archive(name: string, sums: Sums): OfficialVersion['files'] {
  return [{ name, ...sums, addresses: [`https://www.cs.toronto.edu/~kriz/${name}`] }];
}

const SHAPES: GeneratedSource = {
  id: 'shapes',
  name: 'shapes',
  kind: 'generated',
  about: 'Ten outlines on textured ground, made from a seed in under a second; nothing is fetched.',
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
  defaults: { train: 5000, test: 1000 },
};

/** MD5 and sizes: torchvision's mnist.py; SHA-256: TensorFlow Datasets' url_checksums/mnist.txt. */
const MNIST: FileSource = {
  id: 'mnist',
  name: 'MNIST',
  kind: 'files',
  about: 'Handwritten digits, 28 x 28, grey.',
  height: 28,
  width: 28,
  channels: 1,
  classes: 10,
  train: 60_000,
  test: 10_000,
  page: 'http://yann.lecun.com/exdb/mnist/',
  cite: 'Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits',
  versions: [
    {
      label: 'idx files',
      files: idxFiles(
        [
          'https://ossci-datasets.s3.amazonaws.com/mnist/',
          'https://storage.googleapis.com/cvdf-datasets/mnist/',
        ],
        [
          {
            bytes: 9_912_422,
            md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
            sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
            unpackedMd5: '6bbc9ace898e44ae57da46a324031adb',
          },
          {
            bytes: 28_881,
            md5: 'd53e105ee54ea40749a09fcbcd1e9432',
            sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
            unpackedMd5: 'a25bea736e30d166cdddb491f175f624',
          },
          {
            bytes: 1_648_877,
            md5: '9fb629c4189551a2d022fa330f9573f3',
            sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
            unpackedMd5: '2646ac647ad5339dbf082846283269ea',
          },
          {
            bytes: 4542,
            md5: 'ec29112dd5afa0611ce80d1b7f02629c',
            sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
            unpackedMd5: '27ae3e4e09519cfbb04c329615203637',
          },
        ],
      ),
    },
  ],
};

/** MD5: the makers' README; sizes and SHA-256: TensorFlow Datasets' url_checksums. */
const FASHION_MNIST: FileSource = {
  id: 'fashion-mnist',
  name: 'Fashion-MNIST',
  kind: 'files',
  about: 'Articles of clothing, 28 x 28, grey; harder than MNIST.',
  height: 28,
  width: 28,
  channels: 1,
  classes: 10,
  train: 60_000,
  test: 10_000,
  page: 'https://github.com/zalandoresearch/fashion-mnist',
  cite: 'H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017',
  versions: [
    {
      label: 'idx files',
      files: idxFiles(
        [
          // The makers' own has no https, so only a page without it can ask there.
          'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
          'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
        ],
        [
          {
            bytes: 26_421_880,
            md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
            sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
          },
          {
            bytes: 29_515,
            md5: '25c81989df183df01b3e8a0aad5dffbe',
            sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
          },
          {
            bytes: 4_422_102,
            md5: 'bef4ecab320f06d8554ea6380940ec79',
            sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
          },
          {
            bytes: 5148,
            md5: 'bb300cfdad3c16e7a12a480ee83cd310',
            sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
          },
        ],
      ),
    },
  ],
};

/** MD5: the makers' page; SHA-256 and sizes: TensorFlow Datasets (binary) and Keras (Python). */
const CIFAR_10: FileSource = {
  id: 'cifar-10',
  name: 'CIFAR-10',
  kind: 'files',
  about: 'Photographs of ten kinds of things, 32 x 32, in colour: the data of the paper.',
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
  train: 50_000,
  test: 10_000,
  page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  cite: 'A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009',
  versions: [
    {
      label: 'binary version',
      files: archive('cifar-10-binary.tar.gz', {
        bytes: 170_052_171,
        md5: 'c32a1d4ab5d03f1284b67883e8d87530',
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      }),
    },
    {
      label: 'Python version',
      files: archive('cifar-10-python.tar.gz', {
        bytes: 170_498_071,
        md5: 'c58f30108f718f92721af3b95e74349a',
        sha256: '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
      }),
    },
  ],
};

/** The sets that the lab knows, the one that needs nothing first. */
export const DATA_SOURCES: readonly DataSource[] = [SHAPES, MNIST, FASHION_MNIST, CIFAR_10];

/** Bytes to fetch for one version of a set. */
export function downloadBytes(version: OfficialVersion): number {
  return version.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes that a set takes once read and stored as uint8: every pixel and one label an image. */
export function storedBytes({ train, test, height, width, channels }: FileSource): number {
  return (train + test) * (height * width * channels + 1);
}
