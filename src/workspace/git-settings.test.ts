import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dependsOnBranch, settingOrigins, settingsFiles } from './git-settings.ts';

const PLACE = { top: '/ws', home: '/home/me', xdgConfigHome: undefined, programs: ['/opt/git/bin/git'] };
const STANDARD = [
  '/etc/gitconfig',
  '/opt/git/etc/gitconfig',
  '/home/me/.gitconfig',
  '/home/me/.config/git/config',
  '/home/me/.config/git/ignore',
];

/** The files beside the standard ones, for settings `FILE KEY=VALUE`. */
function check(settings: readonly string[], expected: readonly string[]): void {
  const text = settings.map((each) => each.replace(' ', '\0').replace('=', '\n') + '\0').join('');
  const files = settingsFiles(PLACE, settingOrigins(text));
  assert.deepEqual(files, [...STANDARD, ...expected]);
}

describe('settingsFiles', () => {
  it('names those that need not be there', () => check([], []));
  it('names those that git read', () => {
    check(
      ['file:/etc/gitconfig a.b=c', 'file:.git/config a.b=c\nd=e', 'file:/x a.b'],
      ['/ws/.git/config', '/x'],
    );
    check(['command line: core.fsmonitor=false'], []);
  });
  it('names those that are included, or would be', () => {
    check(
      ['file:.git/config include.path=more', 'file:/x/y includeif.onbranch:a.path=../z'],
      ['/ws/.git/config', '/ws/.git/more', '/x/y', '/z'],
    );
    check(
      ['file:/x/y includeif.gitdir:~/a/.path=z', 'file:/x/y include.path=~/w'],
      ['/x/y', '/x/z', '/home/me/w'],
    );
    check(['file:/x/y include.path=~other/w', 'file:/x/y include.paths=w'], ['/x/y']);
  });
  it('knows which depend on the branch', () => {
    const origin = { file: '/x', value: 'y' };
    assert.equal(dependsOnBranch([{ ...origin, key: 'includeif.onbranch:main.path' }]), true);
    assert.equal(dependsOnBranch([{ ...origin, key: 'includeif.gitdir:onbranch.path' }]), false);
  });
});
