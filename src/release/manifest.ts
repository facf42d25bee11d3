import { type BuildFacts, timestampOf } from './build-info.ts';

/** The release's manifest, field by field as the document writes it. */
export interface ReleaseManifest {
  readonly version: string;
  readonly buildId: string;
  /** The commit's time. */
  readonly timestamp: string;
  readonly components: { readonly scripts?: string; readonly platform: string };
  readonly containers: readonly string[];
  readonly checksums: { readonly sha256: string };
}

export interface ManifestInput {
  readonly facts: BuildFacts;
  /** File name of the scripts' package; absent where the workspace has no scripts. */
  readonly scripts: string | undefined;
  readonly archive: string;
  readonly containers: readonly string[];
  readonly sha256: string;
}

export function releaseManifest({
  facts,
  scripts,
  archive,
  containers,
  sha256,
}: ManifestInput): ReleaseManifest {
  return {
    version: facts.version,
    buildId: facts.buildId,
    timestamp: timestampOf(facts.commitTime),
    components: { ...(scripts === undefined ? {} : { scripts }), platform: archive },
    containers,
    checksums: { sha256 },
  };
}
