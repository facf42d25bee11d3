import type { Tree } from '../action/index.ts';
import type { SigningRequest, Toolchain, ToolName } from '../rules/index.ts';
import type { SettleOptions } from './settle-options.ts';

export interface SignOptions extends SettleOptions {
  toolchain(name: ToolName): Toolchain;
}

/** The signed form of an artifact's one file; the text says why it could not be made. */
export async function signArtifact(
  _options: SignOptions,
  request: SigningRequest,
  _tree: Tree,
): Promise<Tree | string> {
  return `signing as ${request.kind} is not there yet`;
}
