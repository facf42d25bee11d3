import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertMembers, saysOf } from './json-insert.ts';

const CASES: Readonly<Record<string, readonly [text: string, expected: string | undefined]>> = {
  'a new object behind the others': [
    '{\n  "name": "w",\n  "dependencies": {\n    "a": "1"\n  }\n}\n',
    '{\n  "name": "w",\n  "dependencies": {\n    "a": "1"\n  },\n  "overrides": {\n    "x": "1.2",\n    "@s/y": "3"\n  }\n}\n',
  ],
  'tabs and the line ends of Windows': [
    '{\r\n\t"name": "w"\r\n}\r\n',
    '{\r\n\t"name": "w",\r\n\t"overrides": {\r\n\t\t"x": "1.2",\r\n\t\t"@s/y": "3"\r\n\t}\r\n}\r\n',
  ],
  'one line': ['{"name":"w"}', '{"name":"w","overrides":{"x":"1.2","@s/y":"3"}}'],
  'one line with spaces': ['{ "name": "w" }', '{ "name": "w", "overrides": {"x": "1.2", "@s/y": "3"} }'],
  'an object that is empty': ['{}', '{"overrides":{"x":"1.2","@s/y":"3"}}'],
  'members that are there stay': [
    '{\n  "overrides": {\n    "a": {"b": "1"}\n  },\n  "name": "overrides"\n}\n',
    '{\n  "overrides": {\n    "a": {"b": "1"},\n    "x": "1.2",\n    "@s/y": "3"\n  },\n  "name": "overrides"\n}\n',
  ],
  'members in one line': [
    '{\n  "overrides": {"a": "1"}\n}\n',
    '{\n  "overrides": {"a": "1", "x": "1.2", "@s/y": "3"}\n}\n',
  ],
  'none so far': [
    '{\n  "overrides": {}\n}\n',
    '{\n  "overrides": {\n    "x": "1.2",\n    "@s/y": "3"\n  }\n}\n',
  ],
  'a key of that name further down': [
    '{"pnpm":{"overrides":{}},"list":[{"overrides":{}}]}',
    '{"pnpm":{"overrides":{}},"list":[{"overrides":{}}],"overrides":{"x":"1.2","@s/y":"3"}}',
  ],
  'no object under the key': ['{"overrides":[]}', undefined],
  'no object at all': ['[]', undefined],
  'no JSON': ['{"a":', undefined],
};

for (const [name, [text, expected]] of Object.entries(CASES))
  test(`members are put into a JSON text, and every other byte stays: ${name}`, () => {
    const members = [
      ['x', '1.2'],
      ['@s/y', '3'],
    ] as const;
    const found = insertMembers(text, 'overrides', members);
    const written = found && text.slice(0, found.at) + found.pieces.join('') + text.slice(found.at);
    assert.equal(written, expected);
    if (written === undefined) return;
    const { overrides, ...rest } = JSON.parse(written);
    const { overrides: before = {}, ...others } = JSON.parse(text);
    assert.deepEqual([overrides, rest], [{ ...before, x: '1.2', '@s/y': '3' }, others]);
  });

test('what overrides say of a package is found at any depth and version', () => {
  const text = '{"overrides":{"a":"1","b@^2":"3","@s/c@1":{"d":{".":"1"}}},"dependencies":{"e":"1"}}';
  const names = ['a', 'b', '@s/c', 'd', 'e', 's/c'].filter((name) => saysOf(text, 'overrides', name));
  assert.deepEqual(names, ['a', 'b', '@s/c', 'd']);
});
