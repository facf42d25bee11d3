import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The same workspace for every tool: components with small text files, each needing up to three earlier ones. */
export interface BenchComponent {
  readonly name: string;
  readonly needs: readonly string[];
  /** By path relative to the component. */
  readonly sources: Map<string, string>;
}

export interface BenchWorkspace {
  readonly components: readonly BenchComponent[];
  /** A component that nobody needs. */
  readonly leaf: BenchComponent;
}

/** What each component runs in its own folder, by `sh -c` or the tool's nearest. */
export const COMMAND = 'mkdir -p dist && cat src/*.txt > dist/out.txt';
const FILES = 10;
const FILE_BYTES = 2048;
const MAX_NEEDS = 3;

export function makeWorkspace(size: number): BenchWorkspace {
  const random = randomOf(size);
  const components = Array.from({ length: size }, (_, index): BenchComponent => {
    const needs = new Set<string>();
    const count = Math.floor(random() * (MAX_NEEDS + 1));
    for (let each = 0; each < count && index > 0; each++) needs.add(nameOf(Math.floor(random() * index)));
    return { name: nameOf(index), needs: [...needs], sources: sourcesOf(index) };
  });
  const needed = new Set(components.flatMap(({ needs }) => needs));
  const leaf = components.findLast(({ name }) => !needed.has(name))!;
  return { components, leaf };
}

/** What the component's command must leave behind. */
export function outputOf({ sources }: BenchComponent): string {
  return [...sources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join('');
}

export function writeFiles(root: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

export function sourceFiles({ components }: BenchWorkspace): Map<string, string> {
  return new Map(
    components.flatMap(({ name, sources }) =>
      [...sources].map(([path, text]) => [`components/${name}/${path}`, text] as const),
    ),
  );
}

function nameOf(index: number): string {
  return `c${index}`;
}

function sourcesOf(index: number): Map<string, string> {
  return new Map(
    Array.from({ length: FILES }, (_, file) => {
      const line = `component ${index}, file ${file}: the quick brown fox jumps over the lazy dog\n`;
      return [
        `src/file${file}.txt`,
        line.repeat(Math.ceil(FILE_BYTES / line.length)).slice(0, FILE_BYTES - 1) + '\n',
      ];
    }),
  );
}

/** A linear congruential generator: the same graph on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
