import type { TreeExpression } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import type { AssociatedApp, MobileSpec } from '../../config/index.ts';
import type { RuleContext } from '../rule.ts';

/** As `site-associations` reads it. */
export interface StatedApps {
  readonly android: readonly {
    readonly applicationId: string;
    readonly certificates: readonly string[];
    /** Keys of kind `debug`, whose certificates anybody may read. */
    readonly keys: readonly {
      readonly storeFile: string;
      readonly keyAlias: string;
      readonly shownAs: string;
    }[];
  }[];
  readonly ios: readonly string[];
}

export interface Associations {
  readonly stated: StatedApps;
  /** The stores of `keys` as `stated` names them. */
  readonly stores: readonly TreeExpression[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The native apps of a site, with the certificates that were stated, and the key stores of those that were not. */
export function associations(context: RuleContext<MobileSpec>): Associations {
  const stores: TreeExpression[] = [];
  const diagnostics: Diagnostic[] = [];
  const android: StatedApps['android'][number][] = [];
  const apps = context.spec.web?.apps ?? [];
  for (const each of apps) {
    if (each.kind === 'android') {
      const { applicationId, certificates } = each;
      android.push({ applicationId, certificates, keys: [] });
    }
    if (each.kind !== 'target') continue;
    const problem = targetProblem(context, each);
    if (problem || !each.declared) {
      if (problem) diagnostics.push(problem);
      continue;
    }
    const { applicationId, signing, directory } = each.declared;
    if (signing?.kind !== 'debug') {
      android.push({ applicationId, certificates: signing?.certificates ?? [], keys: [] });
      continue;
    }
    const { storeFile, keyAlias, certificates = [] } = signing;
    const folder = `keys/${android.length}`;
    const tree: TreeExpression = { kind: 'tree', tree: context.sourcesOf(directory).tree };
    stores.push({
      kind: 'under',
      of: { kind: 'filter', of: tree, include: [storeFile.value] },
      path: folder,
    });
    const key = {
      storeFile: `${folder}/${storeFile.value}`,
      keyAlias,
      shownAs: `${directory}/${storeFile.value}`,
    };
    android.push({ applicationId, certificates, keys: [key] });
  }
  const ios = apps.flatMap((each) => (each.kind === 'ios' ? [each.appId] : []));
  return { stated: { android, ios }, stores, diagnostics };
}

type TargetApp = AssociatedApp & { readonly kind: 'target' };

function targetProblem(
  context: RuleContext<MobileSpec>,
  { app, declared }: TargetApp,
): Diagnostic | undefined {
  const problem = (code: string, message: string, hint: string): Diagnostic => ({
    ...{ code, severity: 'error', message, hint, span: app.span },
    cause: 'input',
  });
  if (!declared)
    return problem(
      'pwa/not-an-app',
      `${app.value} is no Android app`,
      'name an Android or hybrid app; an iOS app is named by its team and bundle: `ios: ABCDE12345.com.example.app`',
    );
  const { signing, directory } = declared;
  const place = `${directory}/build.yaml`;
  if (!signing)
    return problem(
      'pwa/no-certificate',
      `${app.value} names no key that it is signed with`,
      `add \`android.signing\` to ${place}`,
    );
  const { storeFile } = signing;
  if (signing.kind === 'debug')
    return context.sourcesOf(directory).paths.includes(storeFile.value)
      ? undefined
      : problem(
          'pwa/no-certificate',
          `the key store ${storeFile.value} is not among the files of ${app.value}`,
          `check \`android.signing.storeFile\` in ${place}`,
        );
  if (signing.certificates) return undefined;
  return problem(
    'pwa/no-certificate',
    `the certificate of the release key of ${app.value} is not known`,
    `add \`certificates\` under \`android.signing\` in ${place}: the SHA256 that \`keytool -list -v -keystore ${storeFile.value} -alias ${signing.keyAlias}\` shows`,
  );
}
