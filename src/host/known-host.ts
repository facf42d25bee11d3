/** What a store remembers of this machine, for stores of tests. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'src', 'main.ts');
/** The store that the tests have in common (see scripts/test.mjs). */
const TEST_CACHE = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache', 'test-cache');
const FACTS = /^(?:(?:root|root-files|runtime|sandbox|sandbox-own)-\d+\.json|lister-\d+-\d+)$/;
const HEAD = 'apiVersion: build.mobileops.io/v1\n';

let known: string | undefined;

/**
 * Makes a store that knows this machine, as the tests' common store does, else as a first build of this process finds it: to find
 * it out anew takes two seconds of a processor. It is believed only as long as the machine's files are as they were.
 */
export function knowHost(cache: string): void {
  known ??= existsSync(join(TEST_CACHE, `root-${process.getuid?.()}.json`)) ? TEST_CACHE : learnHost();
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(known).filter((each) => FACTS.test(each)))
    copyFileSync(join(known, name), join(cache, name));
}

function learnHost(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-known-host-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [workspace, cache] = [join(folder, 'workspace'), join(folder, 'cache')];
  const component = join(workspace, 'components', 'a');
  mkdirSync(component, { recursive: true });
  const spec = 'kind: BuildConfiguration\nmetadata: {name: host}\nspec: {version: 1.0.0}\n';
  writeFileSync(join(workspace, 'build-config.yaml'), HEAD + spec);
  writeFileSync(join(component, 'build.sh'), '#!/bin/bash\nmkdir dist && echo >dist/a\n');
  chmodSync(join(component, 'build.sh'), 0o755);
  const { PATH, MOBILEOPS_SANDBOX } = process.env;
  const env = {
    PATH,
    HOME: folder,
    MOBILEOPS_CACHE: cache,
    ...(MOBILEOPS_SANDBOX ? { MOBILEOPS_SANDBOX } : {}),
  };
  spawnSync(process.execPath, [MAIN, 'build', 'all', '-C', workspace], { env });
  return cache;
}
