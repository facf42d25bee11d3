import { androidAppDiagnostics } from './android/diagnostics.ts';
import { androidDiagnostics } from './android-diagnostics.ts';
import { type DiagnosticEntry, sharedRuleDiagnostics } from './diagnostics.ts';
import { gradleDiagnostics } from './gradle/diagnostics.ts';
import { hybridDiagnostics } from './hybrid/diagnostics.ts';
import { imageDiagnostics } from './image/diagnostics.ts';
import { iosDiagnostics } from './ios/diagnostics.ts';
import { packagesDiagnostics } from './packages/index.ts';
import { pwaDiagnostics } from './pwa/diagnostics.ts';

/** The codes that planning targets can give. */
export const rulesDiagnostics: Readonly<Record<string, DiagnosticEntry>> = {
  ...sharedRuleDiagnostics,
  ...androidDiagnostics,
  ...androidAppDiagnostics,
  ...gradleDiagnostics,
  ...hybridDiagnostics,
  ...imageDiagnostics,
  ...iosDiagnostics,
  ...packagesDiagnostics,
  ...pwaDiagnostics,
};
