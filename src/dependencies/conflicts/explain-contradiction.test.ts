import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { located } from '../testing.ts';
import { explainContradictions } from './explain-contradiction.ts';

/** What uv 0.13.9 said of the lines. */
const CASES: Readonly<Record<string, { lines: readonly string[]; said: string; expected: string }>> = {
  'one wish against a line': {
    lines: ['flask==2.3.2', 'click==7.0'],
    said: 'Because flask==2.3.2 depends on click>=8.1.3 and you require click==7.0, we can conclude that your requirements and flask==2.3.2 are incompatible.',
    expected: 'flask==2.3.2 wants click>=8.1.3, but click==7.0 is asked for',
  },
  'many versions of who asks': {
    lines: ['flask>=2,<3', 'werkzeug<2'],
    said: `Because flask>=2.0.0,<=2.1.3 depends on werkzeug>=2.0 and flask>=2.2.0,<=2.2.1 depends on werkzeug>=2.2.0, we can conclude that
           flask>=2.0.0,<=2.2.1 depends on werkzeug>=2.0.
           And because flask==2.3.2 depends on werkzeug>=2.3.3 and flask==2.3.3 depends on werkzeug>=2.3.7, we can conclude that flask>=2.0.0,<=2.3.3 depends on werkzeug>=2.0.
           And because you require flask>=2,<3 and werkzeug<2, we can conclude that your requirements are unsatisfiable.`,
    expected: 'flask>=2.0.0,<=2.3.3 wants werkzeug>=2.0, but werkzeug<2 is asked for',
  },
  'a chain': {
    lines: ['a==1', 'c<2'],
    said: 'Because a==1 depends on b>=2 and b>=2 depends on c>=3, we can conclude that a==1 depends on c>=3.',
    expected: 'a==1 wants b>=2, which wants c>=3, but c<2 is asked for',
  },
  'two that want one package': {
    lines: ['a[x]==1', 'b==2'],
    said: 'Because a[x]==1 depends on c<2 and b==2 depends on c>=2, we can conclude that a[x]==1 and b==2 are incompatible.',
    expected: 'a[x]==1 wants c<2, and b==2 wants c>=2',
  },
  'one package twice': {
    lines: ['numpy==1.26.0', 'numpy==1.25.0'],
    said: 'Because you require numpy==1.26.0 and numpy==1.25.0, we can conclude that your requirements are unsatisfiable.',
    expected: 'numpy==1.26.0 and numpy==1.25.0 cannot be met together',
  },
};

for (const [name, { lines, said, expected }] of Object.entries(CASES))
  test(`a contradiction is told as who wants what: ${name}`, () => {
    const asked = lines.map((text) => ({ text, span: located(text).span, isConstraint: false }));
    const failure = { code: 'dependencies/unresolvable', severity: 'error', message: 'none' } as const;
    const found = [{ lines: asked, refusal: { said, failure } }];
    const [problem, ...more] = explainContradictions({ found, ways: [], isPartial: false }, 'x');
    assert.deepEqual(more, []);
    assert.equal(problem?.message, `${expected} (x)`);
    assert.equal(problem?.code, 'dependencies/contradiction');
    assert.equal(problem?.related?.length, lines.length - 1);
  });

test('a package that is not there is told in the words of uv, once for all lines that ask for it', () => {
  const failure = {
    code: 'dependencies/unresolvable',
    severity: 'error',
    message: 'zzz was not found',
  } as const;
  const found = ['zzz==1', 'zzz'].map((text) => ({
    lines: [{ text, span: located(text, `${text}.txt`).span, isConstraint: false }],
    refusal: { said: 'Because zzz was not found in the package registry', failure },
  }));
  const problems = explainContradictions({ found, ways: [], isPartial: false }, 'x');
  assert.deepEqual(
    problems.map((each) => renderDiagnostic(each)),
    [
      'zzz==1.txt:1:1: error[dependencies/unresolvable] zzz was not found\n  1 | zzz==1\n    | ^~~~~~\n  zzz.txt:1:1: and asked for here\n  1 | zzz\n    | ^~~',
    ],
  );
});
