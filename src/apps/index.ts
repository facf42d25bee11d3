/**
 * Looks into packages of apps as they are given to devices and stores: an APK (https://source.android.com/docs/security/features/apksigning,
 * and the chunks of `ResourceTypes.h`), its DEX files and native libraries, or an IPA with its property lists, Mach-O binaries,
 * code signatures and profile. Says what takes the size, what the app may do, who
 * signed it, whether that holds, and what is wrong with it. Everything is read from the bytes, within limits; nothing is unpacked to the disk or run.
 * Deliberately not here: that signatures of Apple hold (`codesign` says so), and how names become paths (`cli`).
 */
export { chunksOf } from './android/binary-xml.ts';
export { DexStrings, dexRows } from './android/dex-strings.ts';
export { STRING_POOL, StringPool } from './android/string-pool.ts';
export { compiledXmlText } from './android/xml-text.ts';
export type { AppFormat, AppWorld } from './app-file.ts';
export { ByteReader } from './archive/byte-reader.ts';
export { readSignedData } from './archive/signed-data.ts';
export { type ZipText, zipText } from './archive/zip-text.ts';
export { type AppCode, appDiagnostics } from './diagnostics.ts';
export { type AppFailure, appDiagnostic, isFormatProblem } from './fault.ts';
export { type AppPlace, appFacts, appFactsOfBytes, appIdentity, appReport } from './report/app-report.ts';
export { type AppChanges, changeFindings, compareApps } from './report/changes.ts';
export type { AppReading } from './report/measure.ts';
export type { AndroidFacts, AppFacts, AppReport } from './report/model.ts';
export { otaFindings, otaManifest } from './report/ota-manifest.ts';
export { reportPage } from './report/report-page.ts';
export { reportSummary, reportText } from './report/report-text.ts';
export { certificatesOf } from './signatures/signature.ts';
export { signingBlock } from './signatures/signing-block.ts';
