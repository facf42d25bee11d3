import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { numberIn, type Tool } from './tool.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUNDLE = join(ROOT, 'bin', 'mobileops.mjs');

/** The published program; from source only where there is no bundle, and then the results say so. */
export function ourProgram(): string {
  return existsSync(BUNDLE) && existsSync(join(ROOT, 'build', 'main.mjs'))
    ? BUNDLE
    : join(ROOT, 'src', 'main.ts');
}

function ours(sandbox: 'namespaces' | 'plain'): Tool {
  const cache = ({ scratch }: { readonly scratch: string }): string => join(scratch, 'cache');
  return {
    name: sandbox === 'plain' ? 'ours-plain' : 'ours',
    note:
      sandbox === 'plain'
        ? 'MOBILEOPS_SANDBOX=plain: copies, no namespaces'
        : 'full sandbox: private root, no network',
    missing: () => undefined,
    version: ourVersion,
    restores: true,
    files({ components }) {
      const files = new Map([['build-config.yaml', CONFIGURATION]]);
      for (const { name, needs } of components)
        files.set(`components/${name}/build.yaml`, component(name, needs));
      return files;
    },
    command: (place) => ({
      argv: [process.execPath, ourProgram(), 'build', 'all'],
      env: {
        MOBILEOPS_CACHE: cache(place),
        ...(sandbox === 'plain' ? { MOBILEOPS_SANDBOX: 'plain' } : {}),
      },
    }),
    caches: (place) => ['build-cache', cache(place)],
    output: ({ name }) => `dist/components/${name}/out.txt`,
    outputFolders: () => ['dist'],
    ran: (output) => (/nothing to do/.test(output) ? 0 : numberIn(output, /(\d+) ran/)),
  };
}

export function ourVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
  }).trim();
  return `${version} (${commit}, ${ourProgram() === BUNDLE ? 'bundle' : 'from source'})`;
}

const CONFIGURATION = `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata:
  name: bench
spec:
  version: "1.0.0"
`;

function component(name: string, needs: readonly string[]): string {
  return `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata:
  name: ${name}
spec:
${needs.length > 0 ? `  needs: [${needs.join(', ')}]\n` : ''}  buildSteps:
    - name: build
      command: ${COMMAND}
  artifacts:
    - name: out
      path: dist/
      type: data
`;
}

export const ourTools = [ours('namespaces'), ours('plain')];
