import { DEFAULT_TARGET_SETTINGS } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { Discovery } from './workspace.ts';

/** `scripts/*.sh`: one target for all, as in the document. */
export function discoverScripts({ files }: Discovery): TargetDeclaration[] {
  const isScript = ({ name, type }: { name: string; type: string }): boolean =>
    name.endsWith('.sh') && !name.startsWith('.') && type === 'file';
  if (!files.list('scripts').some(isScript)) return [];
  return [
    {
      label: { kind: 'scripts', name: 'scripts' },
      directory: 'scripts',
      spec: { ...DEFAULT_TARGET_SETTINGS, rule: 'scripts', inputs: ['*.sh'] },
      implied: [],
    },
  ];
}
