/** Of the sections Dependencies and security, Release, repository, registry, and Metrics, help and documentation of docs/promises.md. */
import type { Mutation } from './mutation.ts';

export const SHIPPING: readonly Mutation[] = [
  {
    promise: 'no database, or an old one',
    feature: 'old advisories are no pass',
    file: 'src/scan/vulnerabilities/database-verdict.ts',
    from: 'const isOld = ageDays > policy.maxAgeDays;',
    to: 'const isOld = false && ageDays > policy.maxAgeDays;',
    test: 'src/scan/vulnerabilities/database.test.ts',
    title: 'an old database and one with gaps are errors, unless their state is accepted',
  },
  {
    promise: 'secure-build.sh: sign by gpg',
    feature: 'a file without a signature proves nothing',
    file: 'src/signing/verify-files.ts',
    from: 'if (signatures.length === 0 && problems.length === 0) problems.push(unproved(path, notChecked));',
    to: '',
    test: 'src/signing/signers.test.ts',
    title: 'a file without a signature proves nothing',
  },
  {
    promise: '`POST /upload`',
    feature: 'an artifact never changes',
    file: 'src/server/artifacts/store-file.ts',
    from: "if (claim === 'other' || claim === 'removed') {",
    to: "if (claim === 'removed') {",
    test: 'src/server/artifacts/artifacts.test.ts',
    title: 'a file never changes: the same content is welcome again, another is refused',
  },
  {
    promise: 'who may do what',
    feature: 'who may do what',
    file: 'src/server/access/gate.ts',
    from: '    if (mayDo(role, access)) {',
    to: '    if (mayDo(role, access) || access) {',
    test: 'src/server/access/access-table.test.ts',
    title: 'each operation is tried as nobody, reader, writer and admin',
  },
  {
    promise: 'components are packaged',
    feature: 'a rollback',
    file: 'src/install/install.ts',
    from: '  installation.switchTo(version);\n  const at =',
    to: '  const at =',
    test: 'src/install/install.test.ts',
    title: 'installed, updated, rolled back, and forward again',
  },
  {
    promise: 'quality gates before',
    feature: 'a red gate stops a release',
    file: 'src/release/gates.ts',
    from: 'const excepted = new Set(exceptions.map(({ gate }) => gate));',
    to: 'const excepted = { has: () => true };',
    test: 'src/release/release-index.test.ts',
    title: 'a release goes past a gate that is not green only by an exception for it',
  },
];
