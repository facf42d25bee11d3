import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { Verb } from '../verb.ts';
export const releaseVerb: Verb = async ({ host, directory }) =>
  findWorkspaceRoot(host.fs, directory) ? 0 : 2;
