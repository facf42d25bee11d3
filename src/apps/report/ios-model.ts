import type { Profile } from '../apple/profile.ts';
import type { CertificateFacts } from '../archive/certificate.ts';

export interface BinaryFacts {
  readonly path: string;
  readonly architectures: readonly string[];
  readonly platforms: readonly string[];
  /** The highest of its architectures. */
  readonly minimumOs?: string;
  readonly sdk?: string;
  readonly isEncrypted: boolean;
  readonly hasBitcode: boolean;
  readonly textBytes: number;
  /** Of the last architecture; absent where it is not signed. */
  readonly signature?: {
    readonly identifier: string;
    readonly team?: string;
    readonly isAdHoc: boolean;
    readonly isIntact: boolean;
    readonly certificates: readonly CertificateFacts[];
  };
}

export interface BundleFacts {
  readonly path: string;
  readonly kind: 'app' | 'extension' | 'framework';
  readonly id: string;
  readonly version: string;
  readonly build: string;
  readonly minimumOs: string;
  readonly executable: string;
}

export interface PrivacyFacts {
  readonly path: string;
  readonly isTracking: boolean;
  readonly trackingDomains: readonly string[];
  readonly collected: readonly string[];
  readonly accessed: readonly { readonly category: string; readonly reasons: readonly string[] }[];
}

export interface IosFacts {
  /** The app itself is the first one. */
  readonly bundles: readonly BundleFacts[];
  /** `iphone`, `ipad`. */
  readonly devices: readonly string[];
  readonly binaries: readonly BinaryFacts[];
  /** Of the app's own binary. */
  readonly entitlements: unknown;
  readonly profile?: Omit<Profile, 'entitlements'> & { readonly entitlements: unknown };
  readonly privacy: readonly PrivacyFacts[];
  /** Why the app wants what, as people are told. */
  readonly usageDescriptions: Readonly<Record<string, string>>;
  readonly allowsArbitraryLoads: boolean;
  /** Places that App Transport Security does not hold for. */
  readonly insecureDomains: readonly string[];
  readonly urlSchemes: readonly string[];
  readonly icons: readonly string[];
  readonly hasLaunchScreen: boolean;
}
