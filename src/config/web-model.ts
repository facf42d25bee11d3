import type { AndroidSigning } from './android-model.ts';
import type { Located } from './located.ts';

/** `web:` of a MobileBuild. */
export interface WebSettings {
  readonly script: string;
  readonly output: string;
  readonly icon?: IconSettings;
  /** Where people install it from. */
  readonly address?: string | undefined;
  /** Of the site; answers for pages that are not kept and cannot be reached. */
  readonly offlinePage?: string | undefined;
  /** Native apps that may show the site as theirs. */
  readonly apps?: readonly AssociatedApp[];
  /** What the site may ask of the hybrid app that shows it. */
  readonly bridge?: BridgeSettings;
  /** Sources beside the site itself, by directive; absent: no policy is made. */
  readonly contentSecurityPolicy?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** One drawing for all icons of an app. */
export interface IconSettings {
  /** An SVG or a PNG, relative to the target's folder. */
  readonly source: Located<string>;
  readonly background: string;
  /** Percent of a side that stay free at each edge of a maskable icon. */
  readonly inset: number;
}

/** A native app that may open the site's addresses. */
export type AssociatedApp =
  /** Of the workspace; the site does not need it, since it needs the site. */
  | { readonly kind: 'target'; readonly app: Located<string>; readonly declared?: DeclaredApp }
  | { readonly kind: 'android'; readonly applicationId: string; readonly certificates: readonly string[] }
  /** Team and bundle: `ABCDE12345.com.example.app`. */
  | { readonly kind: 'ios'; readonly appId: string };

/** What the workspace says of an Android app; filled in by the graph. */
export interface DeclaredApp {
  readonly directory: string;
  readonly applicationId: string;
  readonly signing?: AndroidSigning;
}

export interface BridgeSettings {
  /** Where the site's build finds the TypeScript module, relative to the target's folder. */
  readonly module: string;
  /** In order of their names. */
  readonly methods: readonly BridgeMethod[];
}

/** A call of the app, with everything that is passed. */
export interface BridgeMethod {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: BridgeType }[];
  /** Nothing when absent. */
  readonly returns?: BridgeType;
}

export type BridgeType = 'text' | 'number' | 'boolean';
