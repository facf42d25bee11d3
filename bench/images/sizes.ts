/** How much there is to build; `tiny` proves that every tool works, and its times say nothing. */
export interface ImageSizes {
  readonly treeFiles: number;
  readonly treeBytes: number;
  readonly bigBytes: number;
  readonly hugeBytes: number;
  readonly runSteps: number;
  /** Of the image that is pushed and pulled, in `transferLayers` layers. */
  readonly transferBytes: number;
  readonly transferLayers: number;
}

const MIB = 2 ** 20;

export const IMAGE_SIZES = {
  full: {
    treeFiles: 5000,
    treeBytes: 100e6,
    bigBytes: 1024 * MIB,
    hugeBytes: 5e9,
    runSteps: 20,
    transferBytes: 1024 * MIB,
    transferLayers: 4,
  },
  tiny: {
    treeFiles: 50,
    treeBytes: 1e6,
    bigBytes: 16 * MIB,
    hugeBytes: 64 * MIB,
    runSteps: 3,
    transferBytes: 16 * MIB,
    transferLayers: 4,
  },
} as const satisfies Record<string, ImageSizes>;

export type SizeName = keyof typeof IMAGE_SIZES;
