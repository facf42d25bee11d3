import type { VerbContext } from './verb.ts';

/** The folder of the server's pages, made first where the program runs from source. */
export async function webFolder({ host, program, reporter, signal }: VerbContext): Promise<string> {
  const { folder, maker } = program.web;
  if (maker === undefined) return folder;
  const { nodePath, variables } = host.env;
  const made = await host.processes.run([nodePath, maker, folder], { env: variables, signal });
  if (made.code !== 0) {
    const why = Buffer.from(made.stderr).toString().trim().split('\n').slice(-3).join('\n');
    reporter.note(`the pages have no look, because their scripts could not be made:\n${why}`);
  }
  return folder;
}
