import { cleanLine, type Diagnostic } from '../base/index.ts';
import type { Program } from '../build/index.ts';
import type { Host } from '../host/index.ts';
import type { Output } from './report/output.ts';
import { diagnosticsJson, diagnosticsText, type Reporter } from './report/reporter.ts';
import { PLAIN_STYLE } from './report/style.ts';
import type { ExitCode } from './verb.ts';

export interface CrashOptions {
  readonly reporter: Reporter;
  readonly stderr: Output;
  readonly words: readonly string[];
  readonly host: Pick<Host, 'env'>;
  readonly program: Program;
}

/** What the disk may say without it being our fault, as a person would put it. */
const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'the rights are missing',
  EPERM: 'the rights are missing',
  EMFILE: 'too many files are open (see ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EIO: 'the disk or the terminal is broken',
  ENOTDIR: 'a part of the path is a file',
};

/** An error that reached the top: the disk's refusal is exit 3, all else is our bug and exit 70. */
export function reportCrash(error: unknown, options: CrashOptions): ExitCode {
  const { reporter, stderr, host } = options;
  const refusal = diskRefusal(error);
  if (refusal) {
    if (reporter.isJson) reporter.json({ exitCode: 3, diagnostics: diagnosticsJson([refusal]) });
    reporter.diagnostics([refusal]);
    return 3;
  }
  stderr.write(bugReport(error, options));
  const stack = error instanceof Error ? stackOf(error) : '';
  if ((host.env.variables.MOBILEOPS_DEBUG ?? '') !== '' && stack !== '') stderr.write(`\n${stack}\n`);
  return 70;
}

/** What is said when a stream of ours cannot be written, as to a full disk. */
export function refusedOutput(name: string, error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = `${name} cannot be written: ${DISK[code] ?? error.message}`;
  return diagnosticsText(
    [{ code: 'cli/disk', severity: 'error', message, cause: 'environment' }],
    PLAIN_STYLE,
  );
}

function diskRefusal(error: unknown): Diagnostic | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as Error & { code?: unknown; path?: unknown };
  const isStoreFull = error.name === 'StoreFullError';
  const said = isStoreFull ? DISK.ENOSPC : typeof code === 'string' ? DISK[code] : undefined;
  if (said === undefined) return undefined;
  return {
    code: 'cli/disk',
    severity: 'error',
    message: isStoreFull ? `${said}: ${error.message}` : said,
    hint: isStoreFull
      ? 'free some space: mobileops cache gc --max-size 2GiB'
      : 'mend that and run the command again',
    cause: 'environment',
    ...(typeof path === 'string' ? { path } : {}),
  };
}

/** All that a report needs and nothing that is secret: words of the command line may be, so only the verb is shown. */
function bugReport(error: unknown, { words, host, program }: CrashOptions): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const { platform, architecture } = host.env;
  const verb = words.filter((word) => /^[a-z]+$/.test(word)).slice(0, 1);
  return [
    'This is a fault of mobileops, not of your project. Please report it with these lines:',
    '',
    `  mobileops ${program.version}, ${platform} ${architecture}, verb ${verb.join(' ') || 'unknown'}`,
    `  ${cleanLine(message)}`,
    '',
    'MOBILEOPS_DEBUG=1 shows where it happened.',
    '',
  ].join('\n');
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
