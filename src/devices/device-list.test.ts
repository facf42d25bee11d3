import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellWord } from './adb.ts';
import { deviceName, parseDevices, whyNotUsable } from './device-list.ts';

const LISTED = `* daemon not running; starting now at tcp:5037
* daemon started successfully
List of devices attached
R58M123ABC             device usb:1-1 product:oriole model:Pixel_6 device:oriole transport_id:2
emulator-5554          offline transport_id:1
0123456789ABCDEF       unauthorized usb:1-2 transport_id:3
XYZ                    no permissions (user in plugdev group; are your udev rules wrong?); see [http://example.invalid] usb:1-3
192.168.1.5:5555       recovery

`;

test('devices are read with their states, and those that cannot be used say why', () => {
  const devices = parseDevices(LISTED.replaceAll('\n', '\r\n'));
  assert.deepEqual(
    devices.map((each) => [deviceName(each), each.state, whyNotUsable(each)?.reason]),
    [
      ['Pixel 6 (R58M123ABC)', 'device', undefined],
      ['emulator-5554', 'offline', 'it is offline'],
      ['0123456789ABCDEF', 'unauthorized', 'it is unauthorized'],
      ['XYZ', 'no permissions', 'it is not open to this user (no permissions)'],
      ['192.168.1.5:5555', 'recovery', 'it is recovery'],
    ],
  );
  assert.deepEqual(parseDevices('List of devices attached\n\n'), []);
  assert.deepEqual(parseDevices('adb: not a list'), []);
});

test('a word reaches the shell of the device as it is', () => {
  assert.equal(
    shellWord('com.example.test/androidx.test.runner.AndroidJUnitRunner'),
    'com.example.test/androidx.test.runner.AndroidJUnitRunner',
  );
  assert.equal(shellWord("it's; rm"), "'it'\\''s; rm'");
  fc.assert(
    fc.property(fc.string(), (text) => {
      const quoted = shellWord(text);
      if (quoted !== text) assert.equal(quoted.slice(1, -1).replaceAll("'\\''", "'"), text);
      else assert.match(text, /^[\w.,:/=@%+-]+$/);
    }),
  );
});
