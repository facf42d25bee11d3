/**
 * One version, and everything that is called by it: what npm, wheels, images, Android and Apple call one semantic version (`namesOf`),
 * which versions were released (the ledger, a file that is committed), and what built files say of themselves. A number follows from
 * the version alone, so the same commit gives the same bytes; the ledger refuses, it gives nothing out. See
 * docs/decisions/0010-version-ledger.md. Deliberately not here: git, and when a release is made (`cli`).
 */
export { type BuiltPlace, builtPlaces } from './built/built-files.ts';
export type { BuiltFormat, BuiltVersion, ReadVersions } from './built/built-version.ts';
export { mismatches } from './built/compare-built.ts';
export { readBuilt } from './built/read-built.ts';
export { type Candidate, isSameRelease, ledgerProblems, refusals } from './check-release.ts';
export { type VersionCode, versionDiagnostics } from './diagnostics.ts';
export { LEDGER_FILE, type Ledger, ledgerTextWith, parseLedger, type ReleaseRecord } from './ledger.ts';
export { parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';
export { namesOf, type VersionNames } from './version-names.ts';
export { MAX_NUMBER, numberOf } from './version-number.ts';
