import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublishEvent } from '../../publish/index.ts';
import { publishedLines } from './published-text.ts';

type Event = readonly [how: string, name?: string];

function check(what: string, events: readonly Event[], expected: string, more: object = {}): void {
  test(`publish tells ${what}`, () => {
    const told = events.map(([how, name]) =>
      name === undefined ? { type: 'promoted', place: 'P', how } : { type: 'put', place: 'P', name, how },
    ) as PublishEvent[];
    const release = { version: '1.2.0', channel: 'beta' };
    const publishers = [{ place: 'P', ...more }, { place: 'Q' }];
    assert.deepEqual(publishedLines({ publishers, events: told, release }), [
      expected,
      'Q: nothing sent; 1.2.0 is not released there',
    ]);
  });
}

const NOW = 'beta is 1.2.0 there now';
check('all that was sent', [['sent', 'a'], ['sent', 'b'], ['moved']], `P: 2 files sent; ${NOW}`);
check(
  'what was there',
  [['sent', 'a'], ['present', 'b'], ['recorded', 'c'], ['moved']],
  `P: 1 file sent, 2 there already; ${NOW}`,
);
check('that nothing was to do', [['recorded', 'a'], ['recorded']], 'P: 1 file there already');
check(
  'what goes with the channel as sent',
  [['sent', 'a'], ['later', 'index'], ['sent', 'index'], ['moved']],
  `P: 2 files sent; ${NOW}`,
);
check('what came meanwhile as there', [['later', 'a'], ['moved']], `P: 1 package there already; ${NOW}`, {
  unit: 'package',
});
check(
  'what is not done',
  [
    ['sent', 'a'],
    ['later', 'index'],
  ],
  'P: 1 file sent, 1 not sent yet; 1.2.0 is not released there',
);
check('what was left out', [['sent', 'a'], ['left-out', 'b'], ['left-out']], 'P: 1 file sent, 1 left out');
check('that a newer one stays', [['sent', 'a'], ['kept']], 'P: 1 file sent; beta stays at a newer release');
const whole = { whole: '2 images' };
check('of one artifact that it was sent', [['sent', 'index'], ['moved']], `P: 2 images sent; ${NOW}`, whole);
check(
  'of one artifact that it was there',
  [['recorded', 'index'], ['recorded']],
  'P: 2 images there already',
  whole,
);
check('of one artifact that it was not sent', [], 'P: 2 images not sent; 1.2.0 is not released there', whole);
