import type { Diagnostic } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import type { UnpackOptions } from './unpacked-tool.ts';

export interface FoundTool {
  readonly toolchain: Toolchain;
  readonly problems: readonly Diagnostic[];
  /** Paths whose stat decides the answer. */
  readonly watched: readonly string[];
}

export interface HostToolOptions extends UnpackOptions {
  readonly host: Host;
}

export function missingTool(name: ToolName, problem: Diagnostic, watched: readonly string[]): FoundTool {
  const toolchain = { name, version: '', mounts: [], path: [], env: {}, files: {} };
  return { toolchain, problems: [problem], watched };
}
