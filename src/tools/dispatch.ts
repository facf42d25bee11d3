import { COMMANDS } from './commands.ts';
import { type ToolContext, type ToolResult, usage } from './tool.ts';

/** Runs `<command> v<version> args...`. A version that this program does not have is refused, never approximated. */
export async function dispatch(argv: readonly string[], context: ToolContext): Promise<ToolResult> {
  const [name = '', version = '', ...args] = argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return usage(`no command ${name}`);
  if (version !== `v${command.version}`) {
    return usage(`${name} ${version} was asked for, but this program has v${command.version}`);
  }
  return command.run(args, context);
}
