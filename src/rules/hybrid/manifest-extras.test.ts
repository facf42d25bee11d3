import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { manifestExtras } from './manifest-extras.ts';

const ANDROID = 'xmlns:android="http://schemas.android.com/apk/res/android"';

function check(text: string, expected: string): void {
  const { value, diagnostics } = manifestExtras({ path: 'AndroidManifest.xml', text });
  const said = diagnostics.map((each) => renderDiagnostic(each).split('\n')[0]);
  assert.equal([...said, value.top, value.application].filter((each) => each !== '').join('\n'), expected);
}

test('children of the manifest and of the application are taken as they stand', () => {
  check(`<manifest ${ANDROID}/>`, '');
  check(
    `<?xml version="1.0"?>\n<!-- <manifest> -->\n<manifest ${ANDROID}>\n<uses-permission android:name="a"/>\n</manifest>\n`,
    '  <uses-permission android:name="a"/>\n',
  );
  check(
    `<manifest ${ANDROID}><a/><application><service android:name=".S">\n<b/></service></application><c/></manifest>`,
    '  <a/><c/>\n\n    <service android:name=".S">\n    <b/></service>\n',
  );
  check(`<manifest ${ANDROID}><application/></manifest>`, '');
});

test('what is generated is refused, with its place', () => {
  const code = 'error[rules/android-manifest-extras] AndroidManifest.xml';
  check('', `AndroidManifest.xml:1:1: ${code} is not one <manifest> element`);
  check('<manifest>', `AndroidManifest.xml:1:1: ${code} is not one <manifest> element`);
  check('<manifest/><x/>', `AndroidManifest.xml:1:1: ${code} is not one <manifest> element`);
  check('<manifest\n package="a.b"/>', `AndroidManifest.xml:2:2: ${code} sets package, which is generated`);
  check(
    '<manifest><application android:label="x"/></manifest>',
    `AndroidManifest.xml:1:24: ${code} sets android:label, which is generated`,
  );
  check(
    '<manifest><uses-sdk/></manifest>',
    `AndroidManifest.xml:1:12: ${code} has <uses-sdk>, which is generated`,
  );
});
