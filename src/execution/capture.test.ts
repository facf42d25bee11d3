import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { EMPTY_TREE } from '../action/index.ts';
import { MemoryCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import { captureFolder, captureUpper, UnsupportedOutput } from './capture.ts';

it('refuses a link whose target is not UTF-8 instead of leading it elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-capture-'));
  try {
    const options = { fs: realHost().fs, cas: new MemoryCas(), ignored: new Set<string>() };
    symlinkSync('\u00ff', join(folder, 'good'));
    assert.equal(captureFolder(options, folder, new Map()).symlinks[0]?.target, '\u00ff');
    symlinkSync(Buffer.from('x\xff', 'latin1'), join(folder, 'bad'));
    const isRefusal = (error: unknown): boolean => error instanceof UnsupportedOutput && error.path === 'bad';
    assert.throws(() => captureFolder(options, folder, new Map()), isRefusal);
    assert.throws(() => captureUpper(options, EMPTY_TREE, folder, new Set()), isRefusal);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('refuses what lies too deep for a path wherever the workspace lies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-capture-'));
  try {
    const options = { fs: realHost().fs, cas: new MemoryCas(), ignored: new Set<string>() };
    mkdirSync(join(folder, ...Array(14).fill('d'.repeat(200))), { recursive: true });
    assert.equal(captureFolder(options, folder, new Map()).directories.length, 1);
    mkdirSync(join(folder, ...Array(15).fill('d'.repeat(200))), { recursive: true });
    const isRefusal = (error: unknown): boolean =>
      error instanceof UnsupportedOutput && error.message === 'its path has more than 3000 bytes';
    assert.throws(() => captureFolder(options, folder, new Map()), isRefusal);
    assert.throws(() => captureUpper(options, EMPTY_TREE, folder, new Set()), isRefusal);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
