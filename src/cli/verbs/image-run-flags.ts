import { resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { PublishedPort, ServiceStart, ServiceVolume } from '../../container/index.ts';
import type { CliCode } from '../diagnostics.ts';
import type { VerbContext } from '../verb.ts';

export interface RunFlags {
  readonly isUntilHealthy: boolean;
  readonly entrypoint?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly surroundings: Pick<ServiceStart, 'network' | 'ports' | 'mounts'>;
}

/** What the command line says about a start, or all that is wrong with it. */
export function readRunFlags({
  flags,
  host,
  reporter,
}: VerbContext): Result<RunFlags, readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const each = <T>(name: string, read: (text: string) => T | string): T[] =>
    flags.texts(name).flatMap((text) => {
      const value = read(text);
      if (typeof value !== 'string') return [value];
      diagnostics.push(problem('cli/bad-value', `--${name} ${text}: ${value}`));
      return [];
    });
  const network = flags.text('network') === 'host' ? 'host' : 'none';
  const ports = each('publish', readPort);
  const mounts = each('volume', (text) => readVolume(text, host));
  const env = each('env', (text) => readVariable(text, host.env.variables));
  if (network === 'host' && ports.length > 0)
    diagnostics.push(
      problem(
        'cli/exclusive-flags',
        "--publish has no meaning with --network host: its ports are the machine's",
      ),
    );
  const isUntilHealthy = flags.has('until-healthy');
  if (flags.number('timeout') !== undefined && !isUntilHealthy)
    diagnostics.push(problem('cli/exclusive-flags', '--timeout belongs to --until-healthy'));
  for (const name of ['interactive', 'tty']) {
    if (flags.has(name) && (isUntilHealthy || reporter.isJson))
      diagnostics.push(
        problem('cli/exclusive-flags', `--${name} cannot be had with --until-healthy or --json`),
      );
  }
  if (diagnostics.length > 0) return fail(diagnostics);
  const { TERM = 'xterm' } = host.env.variables;
  const entrypoint = flags.text('entrypoint');
  return ok({
    isUntilHealthy,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    env: { ...(flags.has('tty') ? { TERM } : {}), ...Object.fromEntries(env.flat()) },
    surroundings: { network, ports, mounts },
  });
}

function problem(code: CliCode, message: string): Diagnostic {
  return { code, severity: 'error', message, hint: 'see mobileops image run --help', cause: 'input' };
}

const PORT = /^(?:(?:(\[[0-9a-fA-F:.]+\]|[0-9.]+):)?(\d{0,5}):)?(\d{1,5})(?:\/(\w+))?$/;
const MAX_PORT = 65_535;

/** `8080:80`, `127.0.0.1:8080:80`, `[::1]:8080:80`; `80` and `0:80` take any port. A text says what is wrong. */
function readPort(text: string): PublishedPort | string {
  const [, address = '127.0.0.1', host = '', container = '', protocol = 'tcp'] = PORT.exec(text) ?? [];
  if (container === '') return 'write it like 8080:80';
  if (protocol !== 'tcp') return 'only TCP is passed on';
  const port = Number(host || 0);
  const containerPort = Number(container);
  if (port > MAX_PORT || containerPort < 1 || containerPort > MAX_PORT)
    return `ports go from 1 to ${MAX_PORT}`;
  return { address: address.replace(/^\[|\]$/g, ''), port, containerPort };
}

function readVolume(text: string, { env, fs }: VerbContext['host']): ServiceVolume | string {
  const [source = '', target = '', mode = 'rw', ...rest] = text.split(':');
  if (target === '' || rest.length > 0) return 'write it like ./data:/data or ./data:/data:ro';
  if (mode !== 'ro' && mode !== 'rw') return `\`${mode}\` is neither ro nor rw`;
  if (!source.includes('/') && !source.startsWith('.')) return `volumes have no names: write ./${source}`;
  if (!target.startsWith('/')) return `${target} is not absolute`;
  const path = resolve(env.workingDirectory, source);
  return fs.lstat(path) ? { source: path, target, isReadOnly: mode === 'ro' } : `${path} is not there`;
}

/** A name alone takes the value that it has here; where it has none, there is no variable. */
function readVariable(
  text: string,
  variables: Readonly<Record<string, string>>,
): (readonly [string, string])[] | string {
  const equals = text.indexOf('=');
  if (equals === 0) return 'it has no name';
  if (equals > 0) return [[text.slice(0, equals), text.slice(equals + 1)]];
  const value = variables[text];
  return value === undefined ? [] : [[text, value]];
}
