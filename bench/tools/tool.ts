import type { BenchComponent, BenchWorkspace } from '../workspace.ts';

export interface ToolCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where a tool's programs are found and what it may use. */
export interface ToolPlace {
  /** `node_modules` of the installed peers. */
  readonly modules: string;
  /** A folder of this tool alone, beside its workspace. */
  readonly scratch: string;
  /** The workspace, absolute. */
  readonly root: string;
}

/** A build tool under test, or one way of running it. */
export interface Tool {
  readonly name: string;
  /** One line: how it is run, for the table's legend. */
  readonly note: string;
  /** The tool's files beside the sources, by path. */
  files(workspace: BenchWorkspace): Map<string, string>;
  command(place: ToolPlace): ToolCommand;
  /** Folders with what it remembers, relative to the workspace or absolute. */
  caches(place: ToolPlace): readonly string[];
  output(component: BenchComponent): string;
  /** Folders with outputs, relative to the workspace. */
  outputFolders(workspace: BenchWorkspace): readonly string[];
  /** How many commands ran by the tool's own account; `undefined` when its output does not say. */
  ran(output: string): number | undefined;
  /** False where deleted outputs are made again by running the commands. */
  readonly restores: boolean;
  /** Which scenarios make sense for it; all where absent. */
  readonly scenarios?: readonly string[];
  /** What is needed and where; a text says what is missing. */
  missing(place: Pick<ToolPlace, 'modules'>): string | undefined;
  version(place: Pick<ToolPlace, 'modules'>): string;
  /** Ends what the tool left running. */
  stop?(place: ToolPlace): ToolCommand;
  /** Process ids of what it left running, for its memory. */
  left?(place: ToolPlace): readonly number[];
}

export const inComponent = {
  output: ({ name }: BenchComponent): string => `components/${name}/dist/out.txt`,
  outputFolders: ({ components }: BenchWorkspace): string[] =>
    components.map(({ name }) => `components/${name}/dist`),
};

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The first group of a pattern as a number. */
export function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
