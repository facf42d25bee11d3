import { type AppFile, parsed } from '../app-file.ts';
import { isMachO, type MachSlice, readMachO } from '../apple/mach-o.ts';
import { readPlistDict } from '../apple/plist.ts';
import type { PlistDict } from '../apple/plist-value.ts';
import { type Profile, readProfile } from '../apple/profile.ts';
import type { ZipEntry } from '../archive/zip.ts';
import type { Part } from './model.ts';

/** What is gathered of an IPA while its files go by; keys are paths in it. */
export class IosFiles {
  /** `Payload/Shop.app`. */
  readonly app: string;
  readonly plists = new Map<string, PlistDict>();
  readonly privacy = new Map<string, PlistDict>();
  readonly profiles = new Map<string, Profile>();
  readonly binaries = new Map<string, readonly MachSlice[]>();
  readonly #file: AppFile;

  constructor(file: AppFile, app: string) {
    this.#file = file;
    this.app = app;
  }

  add({ name }: ZipEntry, content: Buffer): void {
    if (!name.startsWith(`${this.app}/`)) return;
    const read = <T>(reader: () => T): T => parsed(this.#file, name, reader);
    if (/\.(app|appex|framework)\/Info\.plist$/.test(name))
      this.plists.set(
        name,
        read(() => readPlistDict(content)),
      );
    else if (/\.xcprivacy$/.test(name))
      this.privacy.set(
        name,
        read(() => readPlistDict(content)),
      );
    else if (/\/embedded\.mobileprovision$/.test(name))
      this.profiles.set(
        name,
        read(() => readProfile(content)),
      );
    else if (isMachO(content) && !/\.(o|a)$/.test(name))
      this.binaries.set(
        name,
        read(() => readMachO(content)),
      );
  }
}

/** The path of the bundle that a file is in, the innermost one. */
export function bundleOf(path: string): string {
  return /^.*\.(?:app|appex|framework|bundle)(?=\/)/.exec(path)?.[0] ?? '';
}

export function iosPart(path: string, content: Buffer): Part {
  if (!path.startsWith('Payload/')) return 'other';
  if (/\/Frameworks\/.*/.test(path) && (isMachO(content) || path.includes('.framework/'))) return 'native';
  if (isMachO(content)) return 'code';
  if (/\/_CodeSignature\/|embedded\.mobileprovision$|\.plist$|PkgInfo$/.test(path)) return 'other';
  return /\.(car|nib|storyboardc|strings|stringsdict|png|jpe?g|heic|pdf|ttf|otf|xcprivacy|momd?|metallib)$|\.(storyboardc|lproj|momd)\//.test(
    path,
  )
    ? 'resources'
    : 'assets';
}
