/** How features are stubbed out, and which test must fail then: see promises-mutated.test.ts. */
export interface Mutation {
  readonly feature: string;
  /** What is changed, relative to the repository; `from` stands there once. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly test: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    feature: 'BUILD_VERSION is the version unless it is given',
    file: 'src/config/check-shape.ts',
    from: '(version === undefined ? {} : { BUILD_VERSION: version })',
    to: '{}',
    test: 'src/config/parser.test.ts',
  },
  {
    feature: 'a component with only a build.sh is one',
    file: 'src/workspace/recognise.ts',
    from: "{ value: './build.sh', span",
    to: "{ value: 'true', span",
    test: 'src/workspace/load-workspace.test.ts',
  },
  {
    feature: 'scripts are checked for their syntax',
    file: 'src/rules/scripts/scripts-rule.ts',
    from: 'bash -n "$script" || failed=1',
    to: 'true',
    test: 'src/rules/scripts/scripts-rule.test.ts',
  },
  {
    feature: 'old advisories are no pass',
    file: 'src/scan/vulnerabilities/database-verdict.ts',
    from: 'const isOld = ageDays > policy.maxAgeDays;',
    to: 'const isOld = false && ageDays > policy.maxAgeDays;',
    test: 'src/scan/vulnerabilities/database.test.ts',
  },
  {
    feature: 'a file without a signature proves nothing',
    file: 'src/signing/verify-files.ts',
    from: 'if (signatures.length === 0 && problems.length === 0) problems.push(unproved(path, notChecked));',
    to: '',
    test: 'src/signing/signers.test.ts',
  },
  {
    feature: 'an artifact never changes',
    file: 'src/server/artifacts/store-file.ts',
    from: "if (claim === 'other' || claim === 'removed') {",
    to: "if (claim === 'removed') {",
    test: 'src/server/artifacts/artifacts.test.ts',
  },
  {
    feature: 'who may do what',
    file: 'src/server/access/gate.ts',
    from: '    if (mayDo(role, access)) {',
    to: '    if (mayDo(role, access) || access) {',
    test: 'src/server/access/access-table.test.ts',
  },
  {
    feature: 'a rollback',
    file: 'src/install/install.ts',
    from: '  installation.switchTo(version);\n  const at =',
    to: '  const at =',
    test: 'src/install/install.test.ts',
  },
  {
    feature: 'a variable that ci needs and that is not set',
    file: 'src/ci/environment.ts',
    from: "problem('ci/missing-variable', `${name} is not set: ${why}`, `set ${name}`),",
    to: "problem('ci/missing-tool', 'something is missing', 'set it'),",
    test: 'src/ci/ci.test.ts',
  },
  {
    feature: 'a red gate stops a release',
    file: 'src/release/gates.ts',
    from: 'const excepted = new Set(exceptions.map(({ gate }) => gate));',
    to: 'const excepted = { has: () => true };',
    test: 'src/release/release-index.test.ts',
  },
];
