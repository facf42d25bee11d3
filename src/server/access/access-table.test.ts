import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationName } from '../http/operation.ts';
import { startTestServer } from '../testing.ts';
import { EXAMPLES } from './example-requests.ts';
import { ROLES } from './role.ts';

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
