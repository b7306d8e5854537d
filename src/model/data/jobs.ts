import type { Experiment } from '../train/experiment.ts';
import type { FileHandle } from '../net/net.ts';

/** A set of images stored in the browser. */
export interface StoredSet {
  /** `mnist`, `fashion-mnist`, `cifar-10`, or the name of a set of own images. */
  readonly name: string;
  readonly own: boolean;
  readonly train: number;
  /** 0 for own images, which are split by the experiment's seed. */
  readonly test: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
  /** Bytes in the storage. */
  readonly bytes: number;
  /** Warnings about missing parts of the set. */
  readonly notes: readonly string[];
}

/** A known set that can be fetched or dropped. */
export interface KnownSet {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly page: string;
  readonly cite: string;
  /** Bytes to fetch, and bytes once stored. */
  readonly download: number;
  readonly stored: number;
}

/** Progress of a download, and its server. */
export interface FetchProgress {
  readonly host: string;
  readonly file: string;
  readonly done: number;
  readonly total: number;
  /** Sources that failed so far, a sentence each. */
  readonly failed: readonly string[];
}

/** Used storage and quota of this site, in bytes; null if not reported. */
export interface DataRoom {
  readonly usage: number | null;
  readonly quota: number | null;
  /** Whether the storage is persistent. */
  readonly persisted: boolean;
}

/** All available sets except `shapes`, which is always there. */
export interface DataListing {
  readonly stored: readonly StoredSet[];
  readonly known: readonly KnownSet[];
  readonly room: DataRoom;
}

/** Sizes to which own images are scaled. */
export interface OwnSize {
  readonly side: number;
  readonly channels: 1 | 3;
}

/** A file of a folder, by its path in it: `pets/cat/1.png`. */
export interface FolderFile {
  readonly path: string;
  readonly file: FileHandle;
}

/** Progress of decoding images. */
export interface FolderProgress {
  readonly done: number;
  readonly total: number;
  readonly path: string;
}

/** A sample of images: uint8 [N, height, width, channels]. */
export interface ImageSample {
  readonly images: Uint8Array;
  /** Name of each image's class. */
  readonly labels: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Jobs on data sets. */
export interface DataJobs {
  'data-list': { input: null; event: never; result: DataListing };
  /** Reads official files (idx, CIFAR binary or Python, compressed or not) and stores the set. */
  'data-add': {
    input: { readonly files: readonly FileHandle[] };
    event: FetchProgress;
    result: StoredSet;
  };
  /**
   * Stores images that the page has decoded to one size: a folder of class folders. `images` is
   * uint8 [N, height, width, channels].
   */
  'data-add-own': {
    input: {
      readonly name: string;
      readonly images: Uint8Array;
      readonly labels: Int32Array;
      readonly classes: readonly string[];
      readonly height: number;
      readonly width: number;
      readonly channels: 1 | 3;
    };
    event: never;
    result: StoredSet;
  };
  /** Decodes a folder of class folders, scales all images to one size, and stores them. */
  'data-add-folder': {
    input: { readonly files: readonly FolderFile[]; readonly size: OwnSize };
    event: FolderProgress;
    result: StoredSet;
  };
  /** The first training images of an experiment, one of each class, at most `count`. */
  'data-sample': {
    input: { readonly data: Experiment['data']; readonly count: number };
    event: never;
    result: ImageSample;
  };
  /** Fetches a known set, checks its hash and stores it; aborting it leaves nothing stored. */
  'data-fetch': { input: { readonly id: string }; event: FetchProgress; result: StoredSet };
  'data-remove': { input: { readonly name: string }; event: never; result: null };
}
