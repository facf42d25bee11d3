import { type CertificateFacts, certificateFacts } from '../archive/certificate.ts';
import { readSignedData } from '../archive/signed-data.ts';
import { wrong } from '../fault.ts';
import { readPlistDict } from './plist.ts';
import { dictIn, listIn, type PlistDict, textIn, textsIn } from './plist-value.ts';

/** For whom a profile lets an app run. */
export type ProfileKind = 'development' | 'ad-hoc' | 'enterprise' | 'app-store';

/** What `embedded.mobileprovision` grants. */
export interface Profile {
  readonly name: string;
  readonly uuid: string;
  readonly team: string;
  readonly teamName: string;
  readonly kind: ProfileKind;
  /** ISO 8601. */
  readonly expires: string;
  /** How many devices it names. */
  readonly devices: number;
  /** With the team before it, and perhaps a star at its end. */
  readonly applicationIdentifier: string;
  readonly entitlements: PlistDict;
  readonly certificates: readonly CertificateFacts[];
}

/** Reads a profile, which is a property list in signed data. That the signature holds is not checked. */
export function readProfile(bytes: Buffer): Profile {
  const { content } = readSignedData(bytes);
  const plist = readPlistDict(content ?? wrong('the profile signs nothing'));
  const expires = plist.get('ExpirationDate');
  const entitlements = dictIn(plist, 'Entitlements') ?? new Map();
  return {
    name: textIn(plist, 'Name') ?? '',
    uuid: textIn(plist, 'UUID') ?? '',
    team: textsIn(plist, 'TeamIdentifier')[0] ?? '',
    teamName: textIn(plist, 'TeamName') ?? '',
    kind: kindOf(plist, entitlements),
    expires: expires instanceof Date ? expires.toISOString() : wrong('the profile has no ExpirationDate'),
    devices: listIn(plist, 'ProvisionedDevices').length,
    applicationIdentifier: textIn(entitlements, 'application-identifier') ?? '',
    entitlements,
    certificates: listIn(plist, 'DeveloperCertificates').filter(Buffer.isBuffer).map(certificateFacts),
  };
}

function kindOf(plist: PlistDict, entitlements: PlistDict): ProfileKind {
  if (entitlements.get('get-task-allow') === true) return 'development';
  if (plist.get('ProvisionsAllDevices') === true) return 'enterprise';
  return plist.has('ProvisionedDevices') ? 'ad-hoc' : 'app-store';
}

/**
 * Entitlements that a profile does not grant, each with what it would have to allow. A star at the end of what is granted
 * stands for anything; of a list, each that is asked for has to be granted.
 */
export function ungranted(asked: PlistDict, granted: PlistDict): string[] {
  return [...asked.keys()].filter((key) => {
    const [wanted, given] = [asked.get(key), granted.get(key)];
    const wishes = Array.isArray(wanted) ? wanted : [wanted];
    const gifts = Array.isArray(given) ? given : [given];
    return !wishes.every((wish) => gifts.some((gift) => isGranted(wish, gift)));
  });
}

function isGranted(wish: unknown, gift: unknown): boolean {
  if (typeof gift === 'string' && typeof wish === 'string')
    return gift === wish || (gift.endsWith('*') && wish.startsWith(gift.slice(0, -1)));
  // What is not asked for need not be granted.
  return wish === false || wish === gift;
}
