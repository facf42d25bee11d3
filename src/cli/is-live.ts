import type { VerbContext } from './verb.ts';

/** A terminal that is nobody's but a person's: not under CI, not `dumb`. */
export function isLive({ host, reporter }: Pick<VerbContext, 'host' | 'reporter'>): boolean {
  const { CI = '', TERM = '' } = host.env.variables;
  const isCi = CI !== '' && CI !== 'false' && CI !== '0';
  return reporter.progress.isTerminal && !isCi && TERM !== 'dumb' && !reporter.isQuiet;
}
