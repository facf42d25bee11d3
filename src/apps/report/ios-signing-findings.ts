import type { CodeSignature } from '../apple/code-signature.ts';
import { plistJson } from '../apple/plist-value.ts';
import { type Profile, ungranted } from '../apple/profile.ts';
import type { AppCode } from '../diagnostics.ts';
import type { Found } from './findings.ts';
import type { IosCase } from './ios-case.ts';
import { bundleOf, type IosFiles } from './ios-files.ts';
import type { BinaryFacts } from './ios-model.ts';

/** Signatures, profiles, and whether one goes with the other. */
export function signingFindings(it: IosCase): Found[] {
  const { files, ios, nowMs } = it;
  const profiles = [...files.profiles].flatMap(([path, profile]) => profileFindings(path, profile, nowMs));
  const missing: Found[] = files.profiles.has(`${files.app}/embedded.mobileprovision`)
    ? []
    : [
        {
          code: 'app/no-profile',
          severity: 'warning',
          place: files.app,
          message: 'it has no embedded.mobileprovision: only what the store gives out is installed so',
          hint: 'export the archive with a profile',
        },
      ];
  return [
    ...missing,
    ...profiles,
    ...ios.binaries.flatMap(signatureFindings),
    ...[...files.profiles].flatMap(([path, profile]) => matchFindings(files, path, profile)),
  ];
}

const HINT = 'make a new profile on the developer site, and sign again with it';

function profileFindings(place: string, { expires, name, certificates }: Profile, nowMs: number): Found[] {
  const found: Found[] = [];
  if (Date.parse(expires) < nowMs)
    found.push({
      code: 'app/profile-expired',
      severity: 'error',
      place,
      message: `the profile ${name} expired on ${expires.slice(0, 10)}; no device starts the app any more`,
      hint: HINT,
    });
  for (const { subject, notAfter } of certificates)
    if (Date.parse(notAfter) < nowMs)
      found.push({
        code: 'app/certificate-expired',
        severity: 'warning',
        place,
        message: `the certificate of ${subject} in the profile expired on ${notAfter.slice(0, 10)}`,
        hint: HINT,
      });
  return found;
}

function signatureFindings({ path, signature, isEncrypted }: BinaryFacts): Found[] {
  const at = (code: AppCode, message: string): Found => ({
    code,
    severity: 'error',
    place: path,
    message,
    hint: 'sign it with codesign, after everything in it is in its place',
  });
  if (!signature) return [at('app/unsigned', 'the binary is not signed; no device runs it')];
  if (!signature.isIntact && !isEncrypted)
    return [at('app/broken-signature', 'its code was changed after it was signed; no device runs it')];
  return signature.isAdHoc
    ? [at('app/unsigned', 'it is signed with no key (ad hoc), which no device takes')]
    : [];
}

/** A profile against the signature of the binary that it is for. */
function matchFindings(files: IosFiles, path: string, profile: Profile): Found[] {
  const bundle = bundleOf(path);
  const executable = files.plists.get(`${bundle}/Info.plist`)?.get('CFBundleExecutable');
  const binary = `${bundle}/${String(executable)}`;
  const signature = files.binaries.get(binary)?.at(-1)?.signature;
  if (!signature) return [];
  const at = (code: AppCode, message: string, hint: string): Found => ({
    code,
    severity: 'error',
    place: binary,
    message,
    hint,
  });
  const found = [...identityFindings(files, { bundle, profile, signature, at })];
  const { entitlements = new Map() } = signature;
  for (const key of ungranted(entitlements, profile.entitlements))
    found.push(
      at(
        'app/profile-mismatch',
        `it asks for ${key} = ${JSON.stringify(plistJson(entitlements.get(key)))}, which the profile ${profile.name} does not grant`,
        'turn the capability on for the App ID, make the profile again, and sign with it',
      ),
    );
  if (entitlements.get('get-task-allow') === true)
    found.push({
      ...at(
        'app/debuggable',
        'get-task-allow is true: it can be debugged, and the store refuses it',
        'export with a profile for distribution',
      ),
      severity: 'warning',
    });
  return found;
}

function* identityFindings(
  files: IosFiles,
  given: {
    readonly bundle: string;
    readonly profile: Profile;
    readonly signature: CodeSignature;
    readonly at: (code: AppCode, message: string, hint: string) => Found;
  },
): Generator<Found> {
  const { bundle, profile, signature, at } = given;
  const id = files.plists.get(`${bundle}/Info.plist`)?.get('CFBundleIdentifier');
  const granted = profile.applicationIdentifier.replace(/^[^.]*\./, '');
  const isFor = granted.endsWith('*') ? String(id).startsWith(granted.slice(0, -1)) : granted === id;
  if (!isFor)
    yield at(
      'app/profile-mismatch',
      `the profile ${profile.name} is for ${profile.applicationIdentifier}, and the bundle is ${String(id)}`,
      'sign with a profile for this App ID',
    );
  if (signature.team !== undefined && signature.team !== profile.team)
    yield at(
      'app/profile-mismatch',
      `it is signed by the team ${signature.team}, and the profile is of ${profile.team}`,
      'sign with a certificate and a profile of one team',
    );
  const allowed = new Set(profile.certificates.map(({ sha256 }) => sha256));
  if (signature.certificates.length > 0 && !signature.certificates.some(({ sha256 }) => allowed.has(sha256)))
    yield at(
      'app/profile-mismatch',
      `the profile ${profile.name} does not name the certificate that signed it`,
      'sign with a certificate of the profile, or make the profile again with this one',
    );
}
