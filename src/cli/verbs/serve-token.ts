import { resolve } from 'node:path/posix';
import { type Diagnostic, tableLines } from '../../base/index.ts';
import { loadServerWorld } from '../../host/index.ts';
import { openTokens, parseScope, type Role, shownToken, TOKEN_NAME } from '../../server/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 90;

type Tokens = Extract<ReturnType<typeof openTokens>, { readonly ok: true }>['value']['tokens'];

export const serveTokenVerb: Verb = async (context) => {
  const { host, flags, positionals, reporter, directory } = context;
  const [action = ''] = positionals;
  const act = ACTIONS[action];
  if (!act) return refuse(reporter, [problem(`\`${action}\` is not known`, 'create, list or revoke')]);
  const data = flags.text('data');
  if (data === undefined)
    return refuse(reporter, [problem('no folder is given', "the server's folder: --data DIR")]);
  const opened = openTokens(host, await loadServerWorld(), resolve(directory, data));
  if (!opened.ok) return refuse(reporter, [opened.failure]);
  try {
    return await act(context, opened.value.tokens);
  } finally {
    opened.value.close();
  }
};

const ACTIONS: Readonly<Record<string, (context: VerbContext, tokens: Tokens) => Promise<ExitCode>>> = {
  create: async ({ flags, positionals, reporter }, tokens) => {
    const name = positionals[1] ?? '';
    if (!TOKEN_NAME.test(name)) {
      const hint = 'mobileops serve token create NAME, of letters, digits, `.`, `_`, `@` and `-`';
      return refuse(reporter, [problem('a token needs a name', hint)]);
    }
    const role = (flags.text('role') ?? 'read') as Role;
    const lifeMs = (flags.number('days') ?? DEFAULT_DAYS) * DAY_MS;
    const only = flags.texts('only');
    const scope = only.length === 0 ? undefined : parseScope(only.join(','));
    if (scope && !scope.ok) {
      const hint = "--only 'oci:team/app/*,npm:@team/*'";
      return refuse(reporter, [problem(`--only cannot be read: ${scope.failure}`, hint)]);
    }
    const { secret, ...token } = await tokens.create({ name, role, scope: scope?.value, lifeMs });
    const shown = shownToken(token, token.createdAtMs);
    if (reporter.isJson) reporter.json({ exitCode: 0, ...shown, secret });
    else {
      reporter.result(secret);
      const what = `${role}${limits(shown)}`;
      reporter.note(`token ${shown.id} (${what}) until ${shown.expiresAt}; it is shown this once`);
    }
    return 0;
  },
  list: async ({ host, reporter }, tokens) => {
    const shown = (await tokens.list()).map((token) => shownToken(token, host.clock.now()));
    if (reporter.isJson) reporter.json({ exitCode: 0, tokens: shown });
    else if (shown.length === 0) reporter.note('there are no tokens');
    else {
      const rows = shown.map(({ id, name, role, state, expiresAt, only }) => {
        const until = state === 'valid' ? `until ${expiresAt}` : state;
        return [String(id), name, role, until, limits({ only }).trim()];
      });
      const { columns } = reporter;
      reporter.result(
        tableLines(rows, { columns, figures: [0] })
          .flat()
          .join('\n'),
      );
    }
    return 0;
  },
  revoke: async ({ positionals, reporter }, tokens) => {
    const id = Number(positionals[1] ?? Number.NaN);
    if (!Number.isSafeInteger(id) || !(await tokens.revoke(id))) {
      const hint = 'mobileops serve token list shows them';
      return refuse(reporter, [problem(`there is no valid token ${positionals[1] ?? ''}`, hint)]);
    }
    if (reporter.isJson) reporter.json({ exitCode: 0, revoked: id });
    else reporter.result(`token ${id} is of no use from now on`);
    return 0;
  },
};

function limits({ only }: { readonly only?: readonly string[] | undefined }): string {
  return only === undefined ? '' : ` for ${only.join(', ')}`;
}

function problem(message: string, hint: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  return { code, severity: 'error', message, hint, cause: 'input' };
}
