import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import type { AssociatedApp, DeclaredApp, MobileSpec } from '../../config/index.ts';
import { androidAction, jvmFlags, toolFile } from '../android-tools.ts';
import type { RuleContext } from '../rule.ts';

/** As `site-associations` reads it. */
export interface StatedApps {
  readonly android: readonly {
    readonly applicationId: string;
    readonly certificates: readonly string[];
    readonly files: readonly string[];
  }[];
  readonly ios: readonly string[];
}

export interface Associations {
  readonly stated: StatedApps;
  /** Read certificates, each to `certificate.der`. */
  readonly actions: readonly PlannedAction[];
  /** Those certificates as `stated` names them. */
  readonly files: readonly TreeExpression[];
  readonly diagnostics: readonly Diagnostic[];
}

const KEYTOOL_HEAP_MEGABYTES = 64;
const DEBUG_PASSWORD = 'android';

/** The native apps of a site, with the certificates of their keys: stated ones, and those of debug keys, which anybody may read. */
export function associations(context: RuleContext<MobileSpec>): Associations {
  const apps = context.spec.web?.apps ?? [];
  const actions: PlannedAction[] = [];
  const files: TreeExpression[] = [];
  const diagnostics: Diagnostic[] = [];
  const android: StatedApps['android'][number][] = [];
  for (const each of apps) {
    if (each.kind === 'android') android.push({ ...each, files: [] });
    if (each.kind !== 'target') continue;
    const problem = targetProblem(context, each);
    if (problem || !each.declared) {
      if (problem) diagnostics.push(problem);
      continue;
    }
    const { applicationId, signing } = each.declared;
    const path = `certificates/${android.length}`;
    if (signing?.kind === 'debug') {
      const action = certificateAction(context, each.declared, android.length);
      actions.push(action);
      files.push({ kind: 'under', of: { kind: 'output', action: action.id }, path });
    }
    android.push({
      applicationId,
      certificates: signing?.certificates ?? [],
      files: signing?.kind === 'debug' ? [`${path}/certificate.der`] : [],
    });
  }
  const ios = apps.flatMap((each) => (each.kind === 'ios' ? [each.appId] : []));
  return { stated: { android: android.map(plain), ios }, actions, files, diagnostics };
}

const plain = ({ applicationId, certificates, files }: StatedApps['android'][number]) => ({
  applicationId,
  certificates,
  files,
});

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

/** keytool: the certificate of a debug key, whose password is well known. */
function certificateAction(
  context: RuleContext<MobileSpec>,
  { directory, applicationId, signing }: DeclaredApp,
  index: number,
): PlannedAction {
  const java = context.toolchain('java');
  const { storeFile, keyAlias } = signing!;
  const tree: TreeExpression = { kind: 'tree', tree: context.sourcesOf(directory).tree };
  return androidAction({ owner: context.target.label, settings: context.spec }, `certificate-${index}`, {
    mnemonic: 'Certificate',
    description: `read the certificate of ${applicationId}`,
    argv: [
      `${toolFile(java, 'home')}/bin/keytool`,
      ...jvmFlags(KEYTOOL_HEAP_MEGABYTES).map((flag) => `-J${flag}`),
      ...['-exportcert', '-keystore', storeFile.value, '-storepass', DEBUG_PASSWORD],
      ...['-alias', keyAlias, '-file', 'certificate.der'],
    ],
    tools: [java],
    work: { kind: 'filter', of: tree, include: [storeFile.value] },
    outputs: ['certificate.der'],
  });
}
