import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { npmContradictions } from './npm-contradictions.ts';

const MANIFEST = {
  path: 'web/package.json',
  text: '{\n  "dependencies": {\n    "react": "18.2.0",\n    "react-dom": "17.0.2"\n  },\n  "devDependencies": {"wrap": "1.0.0"}\n}\n',
};

/** As npm 11 says it with --force. */
const SAID = `npm warn using --force Recommended protections disabled.
npm warn ERESOLVE overriding peer dependency
npm warn While resolving: react-dom@17.0.2
npm warn Found: react@18.2.0
npm warn node_modules/react
npm warn   react@"18.2.0" from the root project
npm warn
npm warn Could not resolve dependency:
npm warn peer react@"17.0.2" from react-dom@17.0.2
npm warn node_modules/react-dom
npm warn   react-dom@"17.0.2" from the root project
npm warn
npm warn Conflicting peer dependency: react@17.0.2
npm warn node_modules/react
npm warn   peer react@"17.0.2" from react-dom@17.0.2
npm warn ERESOLVE overriding peer dependency
npm warn While resolving: @s/deep@2.0.0
npm warn Found: react@18.2.0
npm warn node_modules/react
npm warn   react@"18.2.0" from the root project
npm warn   1 more (x)
npm warn
npm warn Could not resolve dependency:
npm warn peer react@"^15.0.0 || ^16.0.0" from @s/deep@2.0.0
npm warn node_modules/@s/deep
npm warn   @s/deep@"^2.0.0" from wrap@1.0.0
npm warn   node_modules/wrap
npm warn     dev wrap@"1.0.0" from the root project
npm warn
`;

test('all peers that npm cannot place are told, with the lines of package.json that they come from', () => {
  const told = npmContradictions({ manifest: MANIFEST, what: 'the npm packages of web', said: SAID });
  assert.deepEqual(
    told.map((each) =>
      renderDiagnostic(each)
        .split('\n')
        .filter((line) => /^\S|^ {2}(web|help)/.test(line)),
    ),
    [
      [
        'web/package.json:3:5: error[dependencies/contradiction] react-dom@17.0.2 wants react@17.0.2, but react@18.2.0 is taken (the npm packages of web)',
        '  web/package.json:4:5: "react-dom": "17.0.2" is asked for here',
        '  help: change one of these versions, or set one for all who ask by `overrides` in package.json',
      ],
      [
        'web/package.json:3:5: error[dependencies/contradiction] @s/deep@2.0.0 wants react@^15.0.0 || ^16.0.0 (which wrap brings), but react@18.2.0 is taken (the npm packages of web)',
        '  web/package.json:6:23: "wrap": "1.0.0" is asked for here',
        '  help: change one of these versions, or set one for all who ask by `overrides` in package.json',
      ],
    ],
  );
});

test('words that say nothing of the kind tell none', () => {
  for (const said of [
    '',
    'npm error code E404',
    'npm warn Found: x',
    'Found: a@1\nCould not resolve dependency:\n',
  ])
    assert.deepEqual(npmContradictions({ manifest: MANIFEST, what: 'x', said }), []);
});
