import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xmlAttribute, xmlText } from './xml-text.ts';

test('a text stays a text in XML, with its line ends', () => {
  const text = `<a b="&">\r\n\t\u0000${String.fromCharCode(0xd800)}\u{1f600}`;
  assert.equal(xmlText(text), '&lt;a b="&amp;"&gt;&#13;\n\t\ufffd\ufffd\u{1f600}');
  assert.equal(xmlAttribute(text), '"&lt;a b=&quot;&amp;&quot;&gt;&#13;&#10;&#9;\ufffd\ufffd\u{1f600}"');
});
