import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchComponent, BenchWorkspace } from '../workspace.ts';
import { COMMAND } from '../workspace.ts';
import { json, type Tool } from './tool.ts';

/** What tools from npm share: a workspace of packages, and where the program is. */
export function npmProgram(name: string, program: string): Pick<Tool, 'missing' | 'version'> {
  return {
    missing: ({ modules }) =>
      existsSync(join(modules, program)) ? undefined : `npm package ${name} is not installed`,
    version: ({ modules }) => {
      const text = readFileSync(join(modules, name, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    },
  };
}

/** Root manifest, lock and a manifest for each component. */
export function npmWorkspace(
  workspace: BenchWorkspace,
  manifest: (component: BenchComponent) => object = () => ({ scripts: { build: COMMAND } }),
): Map<string, string> {
  const files = new Map<string, string>();
  const root = { name: 'bench', private: true, packageManager: 'npm@11.0.0', workspaces: ['components/*'] };
  files.set('package.json', json(root));
  const packages: Record<string, object> = { '': { name: 'bench', workspaces: ['components/*'] } };
  for (const component of workspace.components) {
    const { name, needs } = component;
    const dependencies = Object.fromEntries(needs.map((each) => [each, '*']));
    const own = { name, version: '1.0.0', private: true, dependencies, ...manifest(component) };
    files.set(`components/${name}/package.json`, json(own));
    packages[`components/${name}`] = { name, version: '1.0.0', dependencies };
    packages[`node_modules/${name}`] = { resolved: `components/${name}`, link: true };
  }
  files.set('package-lock.json', json({ name: 'bench', lockfileVersion: 3, requires: true, packages }));
  return files;
}
