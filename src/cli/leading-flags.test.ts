import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutLeadingFlags } from './leading-flags.ts';

function becomes(line: string, expected: string): void {
  test(`${line} is ${expected}`, () => {
    assert.equal(withoutLeadingFlags(line.split(' ')).join(' '), expected);
  });
}

becomes('build all', 'build all');
becomes('-C there build all', 'build all -C there');
becomes('-Cthere --quiet deps lock --json', 'deps lock -Cthere --quiet --json');
becomes('--workspace=there build -- -x', 'build --workspace=there -- -x');
becomes('--workspace there -q why a', 'why a --workspace there -q');
becomes('--jobs 2 build', '--jobs 2 build');
becomes('-C there', '-C there');
becomes('--help', '--help');
becomes('-q -h', '--help');
becomes('-q --help build', '--help build');
