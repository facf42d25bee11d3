import { ok } from '../base/index.ts';
import { type Tool, type ToolContext, type ToolResult, usage } from './tool.ts';

/**
 * A command and the version of its meaning, which stands in the key of every action that runs it. Whoever changes
 * a command's output bytes raises its version here and in `src/rules/own-commands.ts`; the golden tests hold them to it.
 */
export interface Command {
  readonly version: number;
  readonly run: Tool;
}

export type Commands = Readonly<Record<string, Command>>;

/** Runs `<command> v<version> args...`. A version that this program does not have is refused, never approximated. */
export async function runCommand(
  commands: Commands,
  argv: readonly string[],
  context: ToolContext,
): Promise<ToolResult> {
  const [name = '', version = '', ...args] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return usage(`no command ${name}`);
  if (version !== `v${command.version}`) {
    return usage(`${name} ${version} was asked for, but this program has v${command.version}`);
  }
  return command.run(args, context);
}

/** Stands between two commands of `in-turn`. */
const THEN = '--then';

/**
 * `in-turn v1 <command> v<version> args... [--then <command> v<version> args...]...`: one after the other on the same folder,
 * the first failure ends it. For short commands, of which each would cost the start of a process.
 */
export function inTurn(commands: () => Commands): Tool {
  return async (args, context) => {
    let rest = args;
    do {
      const end = rest.indexOf(THEN);
      const result = await runCommand(commands(), end < 0 ? rest : rest.slice(0, end), context);
      if (!result.ok) return result;
      rest = end < 0 ? [] : rest.slice(end + 1);
    } while (rest.length > 0);
    return ok(undefined);
  };
}
