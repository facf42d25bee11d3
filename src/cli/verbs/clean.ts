import { join } from 'node:path/posix';
import { holdWorkspace } from '../../build/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { Verb } from '../verb.ts';

const MADE_BY_US = ['dist', 'build-cache'] as const;

export const cleanVerb: Verb = async ({ host, reporter, directory, signal }) => {
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) {
    reporter.diagnostics([
      {
        code: 'build/no-workspace',
        severity: 'error',
        message: 'no build-config.yaml is here or in a folder above',
        hint: 'go to a workspace, or name one with -C FOLDER',
        path: directory,
      },
    ]);
    return 2;
  }
  const note = (message: string): void => reporter.note(message);
  using held = await holdWorkspace({ host, signal, directory, onWait: note });
  if (!held) return 130;
  const removed = MADE_BY_US.filter((name) => host.fs.lstat(join(root, name)) !== undefined);
  for (const name of removed) host.fs.remove(join(root, name));
  if (reporter.isJson) reporter.json({ exitCode: 0, removed });
  else reporter.note(removed.length === 0 ? 'nothing to remove' : `removed ${removed.join(' and ')}`);
  return 0;
};
