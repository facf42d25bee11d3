import type { Diagnostic } from '../../base/index.ts';
import type { DexFacts } from '../android/dex.ts';
import type { Manifest } from '../android/manifest.ts';
import type { AppFormat } from '../app-file.ts';
import type { Signature } from '../signatures/signature.ts';
import type { IosFacts } from './ios-model.ts';

/** What an entry of a package is for. */
export type Part = 'code' | 'resources' | 'native' | 'assets' | 'other' | 'archive';

export interface SizedPart {
  readonly part: Part;
  readonly files: number;
  /** In the package. */
  readonly storedBytes: number;
  /** Unpacked. */
  readonly rawBytes: number;
}

export interface SizedEntry {
  readonly path: string;
  readonly part: Part;
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly sha256: string;
}

export interface RepeatedFile {
  readonly sha256: string;
  readonly rawBytes: number;
  /** Of one of them, in the package. */
  readonly storedBytes: number;
  readonly paths: readonly string[];
}

export interface SizeFacts {
  readonly fileBytes: number;
  readonly rawBytes: number;
  /** All of the file, the archive's own bytes too. */
  readonly parts: readonly SizedPart[];
  /** The one that takes most first. */
  readonly entries: readonly SizedEntry[];
  readonly repeated: readonly RepeatedFile[];
}

export interface NativeLibrary {
  readonly path: string;
  readonly abi: string;
  readonly rawBytes: number;
  /** The smallest alignment of a loadable segment. */
  readonly alignBytes: number;
  /** Of its place in the archive; absent where it is compressed, since it is unpacked before it is loaded. */
  readonly zipAlignBytes?: number;
  /** Whether a device with pages of 16 KB can load it. */
  readonly fits16k: boolean;
}

export interface DexFile extends DexFacts {
  readonly path: string;
}

/** What of a manifest is told as it stands there; the rest is told by what it refers to. */
type Declared = Omit<
  Manifest,
  'label' | 'versionNameValue' | 'networkSecurity' | 'split' | 'allowsBackup' | 'usesCleartext'
>;

export interface AndroidFacts extends Declared {
  readonly allowsBackup: boolean;
  /** Whether HTTP is allowed to every place. */
  readonly usesCleartext: boolean;
  /** Places to which HTTP is allowed by the network security configuration. */
  readonly cleartextDomains: readonly string[];
  readonly trustsUserCertificates: boolean;
  readonly hasNetworkSecurityConfig: boolean;
  /** Of the resources: languages beside the default one, and dots per inch. */
  readonly resources: { readonly locales: readonly string[]; readonly densities: readonly number[] };
  readonly signatures: readonly Signature[];
  readonly dex: readonly DexFile[];
  /** The packages with most methods first. */
  readonly methodsByPackage: readonly { readonly name: string; readonly methods: number }[];
  readonly native: readonly NativeLibrary[];
}

/** What an app calls itself, and which version of it this is. */
export interface AppIdentity {
  readonly id: string;
  readonly version: string;
  readonly build: string;
}

/** What a package is, and what is wrong with it. */
export interface AppFacts {
  readonly file: {
    readonly name: string;
    readonly format: AppFormat;
    readonly sizeBytes: number;
    readonly sha256: string;
  };
  readonly app: AppIdentity & {
    /** What people see below its icon, by default. */
    readonly label?: string;
  };
  readonly size: SizeFacts;
  readonly android?: AndroidFacts;
  readonly ios?: IosFacts;
  readonly findings: readonly Diagnostic[];
}

export interface AppReport extends AppFacts {
  readonly size: SizeFacts & {
    /** The package with every file deflated as well as can be: about what a store sends. */
    readonly downloadBytes: number;
  };
}
