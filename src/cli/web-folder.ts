import type { MadeFolder } from '../build/index.ts';
import type { VerbContext } from './verb.ts';

/** The folder of the server's pages, made first where the program runs from source. */
export function webFolder(context: VerbContext): Promise<string> {
  const lost = 'the pages have no look, because their scripts could not be made';
  return madeFolder(context, context.program.web, lost);
}

/** The folder of the documentation, likewise. */
export function docsFolder(context: VerbContext): Promise<string> {
  return madeFolder(context, context.program.docs, 'there is no documentation, because it could not be made');
}

async function madeFolder(
  { host, reporter, signal }: VerbContext,
  { folder, maker }: MadeFolder,
  lost: string,
): Promise<string> {
  if (maker === undefined) return folder;
  const { nodePath, variables } = host.env;
  const made = await host.processes.run([nodePath, maker, folder], { env: variables, signal });
  if (made.code !== 0) {
    const why = Buffer.from(made.stderr).toString().trim().split('\n').slice(-3).join('\n');
    reporter.note(`${lost}:\n${why}`);
  }
  return folder;
}
