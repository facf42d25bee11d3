import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionOf } from '../../base/index.ts';
import { xmlProblem } from './xml-problem.ts';

const CASES: Readonly<Record<string, readonly [text: string, expected: string | undefined]>> = {
  'what is whole': [
    '\ufeff<?xml version="1.0"?>\n<!DOCTYPE a>\n<!-- a - b -->\n<a xmlns:n="x" b = "1 > 0">\n  <n:c d=\'"\'/>&lt;&#10;<![CDATA[<&]]></a >\n',
    undefined,
  ],
  'another name at the end': ['<a>\n  <b>\n  </c>\n</a>', '3:3 </c> stands where <b> is to be closed'],
  'what is left open': ['<a>\n <b>\n</b>', '1:1 <a> is not closed'],
  'a value without quotes': ['<a>\n <b c=d/></a>', '2:5 the value of c has no quotes, or none at its end'],
  'a quote that is missing': ['<a b="c>\n</a>', '1:4 the value of b has no quotes, or none at its end'],
  'an attribute without a value': ['<a b>\n</a>', '1:4 b has no value'],
  'an attribute twice': ['<a b="1"\n b="2"/>', '2:2 <a> has b twice'],
  'attributes without a blank': ['<a b="1"c="2"/>', '1:1 <a has no >'],
  'a sign alone': ['<a>\n x & y</a>', '2:4 a & that begins nothing'],
  'a name of HTML': ['<a b="&nbsp;"/>', '1:7 &nbsp; is not known'],
  'a smaller sign': ['<a> 1 < 2</a>', '1:7 a < that begins no element'],
  'dashes in a comment': ['<a><!-- b -- c --></a>', '1:4 a comment of XML holds no --'],
  'a comment without an end': ['<a>\n<!-- b </a>', '2:1 this comment is not closed'],
  'a second element': ['<a/>\n<b/>', "2:1 <b> stands after the end of the file's one element"],
  'text behind it': ['<a/>\nb', '2:1 text outside of the element'],
  'a prefix of nowhere': [
    '<a>\n  <b android:name="c"/></a>',
    '2:6 the prefix of android:name is not declared',
  ],
  nothing: ['<!-- a -->', '1:1 the file has no element'],
};

for (const [name, [text, expected]] of Object.entries(CASES)) {
  test(`XML is looked at: ${name}`, () => {
    const found = xmlProblem(text);
    const { line, column } = positionOf({
      file: { path: 'a.xml', text },
      start: found?.start ?? 0,
      end: found?.end ?? 0,
    });
    assert.equal(found && `${line}:${column} ${found.message}`, expected);
  });
}
