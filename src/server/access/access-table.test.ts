import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Operation, operationName } from '../http/operation.ts';
import { fetchLimited, startTestServer } from '../testing.ts';
import { EXAMPLES } from './example-requests.ts';
import { mayDo, ROLES } from './role.ts';
import { SCOPE_FACES } from './scope.ts';

/** Made from the operations that the server registered: a new one without an example fails here. */
test('each operation is tried as nobody, reader, writer and admin', async (t) => {
  const { server, fetch } = await startTestServer(t);
  const names = server.operations.map(operationName);
  assert.deepEqual(
    names.filter((name) => !(name in EXAMPLES)),
    [],
    'operations without an example request in example-requests.ts',
  );
  assert.deepEqual(
    Object.keys(EXAMPLES).filter((name) => !names.includes(name)),
    [],
    'examples of operations that are not there',
  );
  for (const operation of server.operations) {
    const name = operationName(operation);
    const { path, headers = {} } = EXAMPLES[name]!;
    const needed = operation.access === 'open' ? -1 : ROLES.indexOf(operation.access);
    for (const [at, as] of (['nobody', ...ROLES] as const).entries()) {
      const { status } = await fetch(path, { method: operation.method, headers, as });
      const isRefused = status === 401 || status === 403;
      const expected = at - 1 >= needed ? 'let in' : as === 'nobody' ? 401 : 403;
      assert.equal(isRefused ? status : 'let in', expected, `${name} as ${as}: ${status}`);
    }
  }
});

/** Tokens for all names of every face, for others than those of the examples, and for one face. */
const LIMITS: Readonly<Record<string, (operation: Operation) => boolean>> = {
  [SCOPE_FACES.map((face) => `${face}:*`).join(',')]: ({ scope }) => scope !== undefined,
  'oci:other/*,npm:@other/*,pypi:other,artifacts:other': ({ scope }) =>
    scope === 'any' || (scope !== undefined && scope.param === undefined && scope.face !== 'builds'),
  'oci:*': ({ scope }) => scope === 'any' || scope?.face === 'oci',
  'builds:*': ({ scope }) => scope === 'any' || scope?.face === 'builds',
};

test('each operation is tried with tokens of each role that are limited to names', async (t) => {
  const server = await startTestServer(t);
  const wrong: string[] = [];
  for (const [only, isWithin] of Object.entries(LIMITS)) {
    for (const role of ROLES) {
      const fetch = await fetchLimited(server, role, only);
      for (const operation of server.server.operations) {
        const { access, method } = operation;
        const name = operationName(operation);
        const { path, headers = {} } = EXAMPLES[name]!;
        const { status } = await fetch(path, { method, headers });
        const isLetIn = access === 'open' || (mayDo(role, access) && isWithin(operation));
        if ((status !== 403) !== isLetIn) wrong.push(`${name} as ${role} of ${only}: ${status}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('every operation that needs a token says which names it is of, but for those of administrators', async (t) => {
  const { server } = await startTestServer(t);
  const without = server.operations.filter(({ access, scope }) => access !== 'open' && scope === undefined);
  assert.deepEqual(without.filter(({ access }) => access !== 'admin').map(operationName), ['GET /metrics']);
});
