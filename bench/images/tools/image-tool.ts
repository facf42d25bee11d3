import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolCommand } from '../../tools/index.ts';
import type { Work } from '../works.ts';

/** Where a tool runs: everything that it writes lies below `scratch`. */
export interface ImagePlace {
  readonly scratch: string;
  readonly work: Work;
  /** The loopback registry with the base image. */
  readonly registry: string;
  /** Folder of the programs that the bench built. */
  readonly programs: string;
}

/** A builder of images under test, or one way of running it. */
export interface ImageTool {
  readonly name: string;
  /** One line: how it is run and what it leaves, for the table's legend. */
  readonly note: string;
  /** Whether it does something else for an image than copy files. */
  readonly canRun: boolean;
  /** What is needed and where; a text says what is missing. */
  missing(programs: string): string | undefined;
  version(programs: string): string;
  /** Absolute paths of what it keeps between builds, and of its output. */
  keeps(place: ImagePlace): readonly string[];
  /** With its storage as it is; what it starts ends with `stop`. */
  open(place: ImagePlace): Promise<OpenTool>;
}

/** A tool that is ready for a build, its server running if it has one. */
export interface OpenTool {
  readonly build: ToolCommand;
  /** Brings the image that was built into a form that can be read: an OCI layout, or an unpacked archive of Docker's. */
  readonly toReadable: readonly ToolCommand[];
  readonly readable: string;
  /** From what the build printed, a name for exactly this image; `undefined` where there is none. */
  identity(output: string): string | undefined;
  /** Of a server, for its memory. */
  readonly pids: readonly number[];
  stop(): void;
}

const STORAGE = 'storage';
const OUTPUT = 'output';

export const storageOf = ({ scratch }: Pick<ImagePlace, 'scratch'>): string => join(scratch, STORAGE);
export const outputOf = ({ scratch }: Pick<ImagePlace, 'scratch'>): string => join(scratch, OUTPUT);
export const keepsBoth = (place: ImagePlace): string[] => [storageOf(place), outputOf(place)];

/** Names the image in the tool's own store. */
export const IMAGE_NAME = 'bench';
/** What the base is called in the registry. */
export const BASE = 'bench/base:1';

/** Of the first line of what a program says, the first thing that looks like a version. */
export function versionIn(text: string): string {
  return /\d+\.\d+[\w.+~-]*/.exec(text)?.[0] ?? text.split('\n')[0]!.trim();
}

/** Of a tool that prints the image's digest. */
export function printedDigest(output: string): string | undefined {
  return /(?:sha256:)?([0-9a-f]{64})\s*$/.exec(output)?.[1];
}

/** Of an OCI layout: its index names all that is in it by digest. */
export function indexDigest(layout: string): string {
  return createHash('sha256')
    .update(readFileSync(join(layout, 'index.json')))
    .digest('hex');
}
