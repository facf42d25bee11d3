import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { BenchWorkspace } from '../workspace.ts';
import { inComponent, type Tool } from './tool.ts';

const output = (name: string): string => `components/${name}/dist/out.txt`;
const runIn = (name: string): string =>
  `cd components/${name} && mkdir -p dist && cat src/*.txt > dist/out.txt`;

function make(flags: readonly string[]): Tool {
  return {
    name: flags.length === 0 ? 'make' : 'make-rR',
    note: `one Makefile, -j${availableParallelism()}${flags.length === 0 ? '' : ', -r -R'}; deleted outputs are made again`,
    ...systemProgram('make', /GNU Make ([\d.]+)/),
    ...inComponent,
    restores: false,
    files: (workspace) => new Map([['Makefile', makefile(workspace)]]),
    command: () => ({ argv: ['make', `-j${availableParallelism()}`, ...flags], env: {} }),
    caches: () => [],
    // It prints each command that it runs.
    ran: (text) => text.split('\n').filter((line) => line.startsWith('cd components/')).length,
  };
}

function makefile({ components }: BenchWorkspace): string {
  const rules = components.map(({ name, needs, sources }) => {
    const files = [...sources.keys()].map((path) => `components/${name}/${path}`);
    return `${output(name)}: ${[...files, ...needs.map(output)].join(' ')}\n\t${runIn(name)}\n`;
  });
  const all = components.map(({ name }) => output(name)).join(' ');
  return `all: ${all}\n.PHONY: all\n${rules.join('')}`;
}

const ninja: Tool = {
  name: 'ninja',
  note: 'one build.ninja; deleted outputs are made again',
  ...systemProgram('ninja', /([\d.]+)/),
  ...inComponent,
  restores: false,
  files({ components }) {
    const lines = [
      'rule run',
      '  command = cd components/$name && mkdir -p dist && cat src/*.txt > dist/out.txt',
    ];
    for (const { name, needs, sources } of components) {
      const files = [...sources.keys()].map((path) => `components/${name}/${path}`);
      lines.push(
        `build ${output(name)}: run ${[...files, ...needs.map(output)].join(' ')}`,
        `  name = ${name}`,
      );
    }
    return new Map([['build.ninja', `${lines.join('\n')}\n`]]);
  },
  command: () => ({ argv: ['ninja'], env: {} }),
  caches: () => ['.ninja_log', '.ninja_deps'],
  ran: (text) =>
    text.includes('no work to do') ? 0 : Number(/\[(\d+)\/\d+\][^[]*$/.exec(text)?.[1] ?? Number.NaN),
};

function systemProgram(name: string, pattern: RegExp): Pick<Tool, 'missing' | 'version'> {
  const ask = (): string => execFileSync(name, ['--version'], { encoding: 'utf8' });
  return {
    missing() {
      try {
        ask();
        return undefined;
      } catch {
        return `${name} is not in PATH`;
      }
    },
    version: () => pattern.exec(ask())?.[1] ?? 'unknown',
  };
}

export const makeTools = [make([]), make(['-r', '-R']), ninja];
