import { runCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { ToolContext, ToolResult } from './tool.ts';

/** Runs `<command> v<version> args...`. */
export function dispatch(argv: readonly string[], context: ToolContext): Promise<ToolResult> {
  return runCommand(COMMANDS, argv, context);
}
