import type { Finding } from '../model.ts';
import { isModelName, modelFindings } from '../models/model-findings.ts';
import type { ScannedFile } from '../subject.ts';

/** What is found in one file by what it is; a file that nobody reads gives nothing. */
export function fileFindings(file: ScannedFile): readonly Finding[] {
  if (!isModelName(file.path)) return [];
  using source = file.open();
  return modelFindings(source, file.path);
}
