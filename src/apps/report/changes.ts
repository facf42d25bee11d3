import { compareDottedNumbers, compareTexts, type Diagnostic, sum } from '../../base/index.ts';
import type { AppCode } from '../diagnostics.ts';
import { certificatesOf } from '../signatures/signature.ts';
import type { IosFacts } from './ios-model.ts';
import type { AppReport, Part, SizedEntry } from './model.ts';

export interface SizeChange {
  readonly path: string;
  /** In the package; absent where the file is not there. */
  readonly beforeBytes?: number;
  readonly afterBytes?: number;
}

export interface FactChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface ListChange {
  readonly name: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What became another from one package of an app to a later one. */
export interface AppChanges {
  readonly before: AppReport['file'] & AppReport['app'];
  readonly fileBytes: number;
  readonly downloadBytes: number;
  readonly parts: readonly {
    readonly part: Part;
    readonly beforeBytes: number;
    readonly afterBytes: number;
  }[];
  /** Files that are new, gone or have another content; the largest change of size first. */
  readonly files: readonly SizeChange[];
  readonly facts: readonly FactChange[];
  readonly lists: readonly ListChange[];
}

export function compareApps(before: AppReport, after: AppReport): AppChanges {
  return {
    before: { ...before.file, ...before.app },
    fileBytes: after.size.fileBytes - before.size.fileBytes,
    downloadBytes: after.size.downloadBytes - before.size.downloadBytes,
    parts: after.size.parts.map(({ part, storedBytes }) => ({
      part,
      beforeBytes: before.size.parts.find((each) => each.part === part)?.storedBytes ?? 0,
      afterBytes: storedBytes,
    })),
    files: fileChanges(before.size.entries, after.size.entries),
    facts: factChanges(factsOf(before), factsOf(after)),
    lists: listChanges(listsOf(before), listsOf(after)),
  };
}

/** What a change makes impossible, or likely by mistake. */
export function changeFindings(before: AppReport, after: AppReport): Diagnostic[] {
  const path = after.file.name;
  const found = (code: AppCode, message: string, hint: string): Diagnostic => ({
    code,
    severity: 'error',
    path,
    message,
    hint,
  });
  if (before.app.id !== after.app.id)
    return [
      found(
        'app/other-app',
        `it is ${after.app.id}, and ${before.file.name} is ${before.app.id}: no device takes one for the other`,
        'compare packages of one app',
      ),
    ];
  return [...versionFindings(before, after, found), ...signerFindings(before, after, found)];
}

type Find = (code: AppCode, message: string, hint: string) => Diagnostic;

function versionFindings(before: AppReport, after: AppReport, found: Find): Diagnostic[] {
  if (before.ios && after.ios) return buildFindings(before, after, found);
  const [old, now] = [before.android?.versionCode, after.android?.versionCode];
  if (old === undefined || now === undefined || now > old) return [];
  // A bundle and its package, or one and the same file, have one number by right.
  const isOther = before.file.format === after.file.format && before.file.sha256 !== after.file.sha256;
  if (now === old && !isOther) return [];
  const message =
    now === old
      ? `its versionCode ${now} is that of ${before.file.name}; no store takes it twice`
      : `its versionCode ${now} is below the ${old} of ${before.file.name}; no device takes it as an update`;
  return [found('app/version-not-higher', message, 'raise the number with every build that is given out')];
}

/** Apple takes each build of a version once, and none of an older version. */
function buildFindings(before: AppReport, after: AppReport, found: Find): Diagnostic[] {
  const [old, now] = [before.app, after.app];
  const order = compareDottedNumbers(now.version, old.version) || compareDottedNumbers(now.build, old.build);
  if (order > 0 || before.file.sha256 === after.file.sha256) return [];
  return [
    found(
      'app/version-not-higher',
      `its version ${now.version} (${now.build}) is not above the ${old.version} (${old.build}) of ${before.file.name}; the store refuses it`,
      'raise CFBundleVersion with every build that is given out',
    ),
  ];
}

function signerFindings(before: AppReport, after: AppReport, found: Find): Diagnostic[] {
  const [old, now] = [signersOf(before), signersOf(after)];
  const isKnown = [...now, ...formerSigners(after)].some((each) => old.includes(each));
  if (old.length === 0 || now.length === 0 || isKnown) return [];
  return [
    found(
      'app/other-signer',
      `it is signed with another key than ${before.file.name}; no device takes it as an update`,
      'sign with the same key, or carry on from it by scheme v3 (apksigner rotate)',
    ),
  ];
}

/** Of lineages: a device goes on from each of them to the one that signs now. */
function formerSigners({ android }: AppReport): string[] {
  const lineages = certificatesOf(android?.signatures ?? []).flatMap(({ lineage = [] }) => lineage);
  return lineages.map(({ sha256 }) => sha256);
}

function signersOf({ android }: AppReport): string[] {
  return certificatesOf(android?.signatures ?? [])
    .map(({ sha256 }) => sha256)
    .sort();
}

function fileChanges(before: readonly SizedEntry[], after: readonly SizedEntry[]): SizeChange[] {
  const [old, now] = [byPath(before), byPath(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path)?.sha256 !== now.get(path)?.sha256)
    .map((path) => {
      const [was, is] = [old.get(path)?.storedBytes, now.get(path)?.storedBytes];
      return {
        path,
        ...(was === undefined ? {} : { beforeBytes: was }),
        ...(is === undefined ? {} : { afterBytes: is }),
      };
    })
    .sort((a, b) => Math.abs(grownBytes(b)) - Math.abs(grownBytes(a)) || compareTexts(a.path, b.path));
}

export function grownBytes({ beforeBytes = 0, afterBytes = 0 }: Omit<SizeChange, 'path'>): number {
  return afterBytes - beforeBytes;
}

function byPath(entries: readonly SizedEntry[]): ReadonlyMap<string, SizedEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function factChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FactChange[] {
  return [...after]
    .filter(([name, value]) => before.get(name) !== value)
    .map(([name, value]) => ({ name, before: before.get(name) ?? 'none', after: value }));
}

function factsOf(report: AppReport): ReadonlyMap<string, string> {
  const { app, android, ios } = report;
  const facts: [string, string | number | boolean][] = [
    ['label', app.label ?? 'none'],
    ['version', app.version],
    ['build', app.build],
  ];
  if (android) {
    const { minSdk, targetSdk, isDebuggable, allowsBackup, usesCleartext, dex } = android;
    facts.push(
      ['minimum SDK', minSdk],
      ['target SDK', targetSdk],
      ['may be debugged', isDebuggable],
      ['backup', allowsBackup],
      ['HTTP', usesCleartext],
      ['methods', sum(dex.map(({ methods }) => methods))],
      [
        'signed by',
        signersOf(report)
          .map((each) => each.slice(0, 16))
          .join(', ') || 'nobody',
      ],
      ['signature schemes', android.signatures.map(({ scheme }) => scheme).join(', ') || 'none'],
    );
  }
  if (ios) facts.push(...iosFactsOf(ios));
  return new Map(facts.map(([name, value]) => [name, String(value)]));
}

function iosFactsOf({ bundles, profile, binaries }: IosFacts): [string, string][] {
  return [
    ['minimum iOS', bundles[0]?.minimumOs ?? ''],
    [
      'profile',
      profile ? `${profile.name} (${profile.kind}, until ${profile.expires.slice(0, 10)})` : 'none',
    ],
    ['architectures', [...new Set(binaries.flatMap(({ architectures }) => architectures))].join(', ')],
  ];
}

function listsOf({ android, ios }: AppReport): ReadonlyMap<string, readonly string[]> {
  if (ios)
    return new Map([
      ['bundles', ios.bundles.map(({ id }) => id)],
      ['entitlements', Object.keys(ios.entitlements as object)],
      ['asks people', Object.keys(ios.usageDescriptions)],
      ['collected data', ios.privacy.flatMap(({ collected }) => collected)],
    ]);
  if (!android) return new Map();
  const exported = android.components.filter(({ isExported }) => isExported);
  return new Map([
    ['permissions', android.permissions.map(({ name }) => name)],
    ['exported components', exported.map(({ kind, name }) => `${kind} ${name}`)],
    ['languages', android.resources.locales],
    ['ABIs', [...new Set(android.native.map(({ abi }) => abi))]],
  ]);
}

function listChanges(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): ListChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => {
      const [old, now] = [before.get(name) ?? [], after.get(name) ?? []];
      return {
        name,
        added: now.filter((each) => !old.includes(each)),
        removed: old.filter((each) => !now.includes(each)),
      };
    })
    .filter(({ added, removed }) => added.length + removed.length > 0);
}
