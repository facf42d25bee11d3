/** Of the sections Configuration, Building, Images and Apps of docs/promises.md. */
import type { Mutation } from './mutation.ts';

export const BUILDING: readonly Mutation[] = [
  {
    promise: '`apiVersion`, `kind`',
    feature: 'BUILD_VERSION is the version unless it is given',
    file: 'src/config/check-shape.ts',
    from: '(version === undefined ? {} : { BUILD_VERSION: version })',
    to: '{}',
    test: 'src/config/parser.test.ts',
    title: 'BUILD_VERSION is the version unless it is given',
  },
  {
    promise: 'a component with only',
    feature: 'a component with only a build.sh is one',
    file: 'src/workspace/recognise.ts',
    from: "{ value: './build.sh', span",
    to: "{ value: 'true', span",
    test: 'src/workspace/load-workspace.test.ts',
    title: 'components are recognised by what their folders hold',
  },
  {
    promise: 'scripts are copied',
    feature: 'scripts are checked for their syntax',
    file: 'src/rules/scripts/scripts-rule.ts',
    from: 'bash -n "$script" || failed=1',
    to: 'true',
    test: 'src/rules/scripts/scripts-rule.test.ts',
    title: 'every problem of every script is shown',
  },
  {
    promise: 'ci-build.sh, from',
    feature: 'a variable that ci needs and that is not set',
    file: 'src/ci/environment.ts',
    from: "problem('ci/missing-variable', `${name} is not set: ${why}`, `set ${name}`),",
    to: "problem('ci/missing-tool', 'something is missing', 'set it'),",
    test: 'src/ci/ci.test.ts',
    title: 'what is missing is told by its name, all at once',
  },
];
