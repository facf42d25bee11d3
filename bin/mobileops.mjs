#!/usr/bin/env node
/** The published program. An older Node hands over to the Node 24 that npm installed beside us. */
import module from 'node:module';

const [major] = process.versions.node.split('.').map(Number);
if (major >= 24) {
  module.enableCompileCache?.();
  await import('../build/main.mjs');
} else {
  const { runUnderNode24 } = await import('./hand-over.mjs');
  process.exitCode = await runUnderNode24(new URL('mobileops.mjs', import.meta.url));
}
