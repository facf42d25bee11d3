import { ok, type Result } from '../base/index.ts';
import { type ToolFailure, usage } from './tool.ts';

export interface Arguments<Option extends string> {
  readonly options: Readonly<Partial<Record<Option, string>>>;
  readonly repeated: Readonly<Partial<Record<Option, readonly string[]>>>;
  readonly operands: readonly string[];
}

/** Reads `--name value` pairs in any place; the last of a repeated option stands in `options`, all in `repeated`. */
export function parseArguments<Option extends string>(
  args: readonly string[],
  known: readonly Option[],
): Result<Arguments<Option>, ToolFailure> {
  const options: Partial<Record<Option, string>> = {};
  const repeated: Partial<Record<Option, string[]>> = {};
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (!arg.startsWith('--')) {
      operands.push(arg);
      continue;
    }
    const name = known.find((each) => `--${each}` === arg);
    const value = args[++at];
    if (name === undefined || value === undefined) return usage(`cannot read the argument ${arg}`);
    options[name] = value;
    const list = repeated[name] ?? [];
    list.push(value);
    repeated[name] = list;
  }
  return ok({ options, repeated, operands });
}
