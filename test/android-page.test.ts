/** The app of docs/android.md, built as the page has it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AndroidRig } from './android-rig.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/android.md'), 'utf8');

/** Blocks that follow the path of a file in a line of its own. */
function files(): Readonly<Record<string, string>> {
  const blocks = [...PAGE.matchAll(/^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  return Object.fromEntries(blocks.map(([, path, text]) => [path!, text!]));
}

test('the app of the page is built in both of its variants', async (t) => {
  const rig = AndroidRig.open(t);
  if (!rig) return;
  rig.write(files());
  const debug = rig.build(['app:notes']);
  assert.equal(debug.code, 0, debug.output);
  await rig.inspect(
    ['aapt2', 'dump', 'badging', rig.path('dist/mobile/notes-dev-debug-unsigned.apk')],
    (badging) =>
      assert.match(
        badging,
        /^package: name='com\.example\.notes\.debug' versionCode='1' versionName='1\.2\.3'/,
      ),
  );
  const release = rig.build(['app:notes'], { VARIANT: 'prodRelease' });
  assert.equal(release.code, 0, release.output);
  for (const name of ['notes-prod-release-unsigned.apk', 'notes-prod-release-mapping.txt'])
    assert.ok(existsSync(rig.path('dist/mobile', name)), `${name} is there`);
});
