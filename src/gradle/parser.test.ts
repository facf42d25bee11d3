/** Ways to write one thing, and what is no declaration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGradle } from './parser.ts';
import { type Setting, settingsOf } from './settings.ts';
import type { Expression } from './syntax.ts';

/** Settings in one line each: `name(values) { … }`, `?` for what is not understood. */
function shown(settings: readonly Setting[]): string {
  return settings.map(one).join('; ');
}

function one({ name, values, block, chained, operator, isOpaque }: Setting): string {
  if (isOpaque) return '?';
  const list = values
    .map((each) => `${each.name ? `${each.name}: ` : ''}${valueText(each.value)}`)
    .join(', ');
  const rest = block ? ` { ${shown(block)} }` : '';
  const more = chained.map((each) => `.${one(each)}`).join('');
  return `${name}${operator ?? ''}(${list})${rest}${more}`;
}

function valueText(value: Expression): string {
  switch (value.kind) {
    case 'text':
      return JSON.stringify(
        value.parts.map((part) => (typeof part === 'string' ? part : `<${valueText(part)}>`)).join(''),
      );
    case 'number':
      return String(value.value);
    case 'boolean':
      return String(value.value);
    case 'name':
      return value.name;
    case 'member':
      return `${valueText(value.of)}.${value.name}`;
    case 'call':
      return `${valueText(value.callee)}(${value.arguments.map((each) => valueText(each.value)).join(', ')})`;
    case 'list':
      return `[${value.items.map((each) => `${each.name ? `${each.name}: ` : ''}${valueText(each.value)}`).join(', ')}]`;
    case 'binary':
      return `(${valueText(value.left)} ${value.operator} ${valueText(value.right)})`;
    default:
      return value.kind === 'null' ? 'null' : '?';
  }
}

function check(path: string, text: string, expected: string): void {
  test(`${path}: ${text}`, () => {
    assert.equal(shown(settingsOf(parseGradle({ path, text }))), expected);
  });
}

const groovy = (text: string, expected: string): void => check('build.gradle', text, expected);
const kotlin = (text: string, expected: string): void => check('build.gradle.kts', text, expected);

groovy('minSdk 21', 'minSdk(21)');
groovy('minSdk = 21', 'minSdk=(21)');
groovy('minSdkVersion(21)', 'minSdkVersion(21)');
groovy('android.defaultConfig.minSdk = 21', 'android() { defaultConfig() { minSdk=(21) } }');
groovy(
  'android { // one\n /* two */ compileSdk 34; namespace "a.b" }',
  'android() { compileSdk(34); namespace("a.b") }',
);
groovy("id 'a' version '1' apply false", 'id("a").version("1").apply(false)');
groovy(
  "implementation('a:b:1') {\n exclude group: 'c', module: 'd'\n}",
  'implementation("a:b:1") { exclude(group: "c", module: "d") }',
);
groovy("implementation 'a:b:1',\n  'c:d:2'", 'implementation("a:b:1", "c:d:2")');
groovy('x "a${b + 1}c$d.e"', 'x("a<(b + 1)>c<d.e>")');
groovy('x \'it\\\'s\', """two\nlines""", /sl\\.ashy/', 'x("it\'s", "two\\nlines", "sl\\\\.ashy")');
groovy('x a / b / c', 'x(((a / b) / c))');
groovy('x System.getenv("A")?.toInteger() ?: 1', 'x((System.getenv("A").toInteger() ?: 1))');
groovy("placeholders = [a: 'b', 'c': d]", 'placeholders=([a: "b", c: d])');
groovy('x 1_000L, 0x10, 1.5f, -3, !true', 'x(1000, 16, 1.5, -3, false)');
groovy('a.all { one -> two() }\nb 1', 'all() { ? }'.replace(/^/, 'a() { ').concat(' }; b(1)'));
groovy('if (x) { a 1 } else { a 2 }\nb 1', '?; b(1)');
groovy('if (x)\n  a 1\nb 1', '?; b(1)');
groovy('if (x) a 1\nelse if (y) a 2\nelse\n a 3\nb 1', '?; b(1)');
groovy('def x = 1\nString y = "a"\nfinal int z = 2\na 1', 'a(1)');
groovy('class A { int b = 1 }\na 1', '?; a(1)');
groovy('a 1 ~ 2\nb 1', '?; b(1)');
groovy('x a ? b : c\ny 1', 'x(?); y(1)');
groovy('x "not closed\ny 1', 'x("not closed"); y(1)');
groovy('} a 1 ) ]\nb 1', '?; ?; ?; b(1)');
groovy('a { b 1', 'a() { b(1) }');
groovy('tasks.withType(A).configureEach { b 1 }', 'tasks() { withType(A).configureEach() { b(1) } }');
kotlin('minSdk = 21', 'minSdk=(21)');
kotlin(
  'plugins { id("a") version "1" apply false\n alias(libs.plugins.b) }',
  'plugins() { id("a").version("1").apply(false); alias(libs.plugins.b) }',
);
kotlin(
  'buildTypes { getByName("release") { isMinifyEnabled = true }\n "debug" { a(1) } }',
  'buildTypes() { release() { isMinifyEnabled=(true) }; debug() { a(1) } }',
);
kotlin('x = """raw\\n"""', 'x=("raw\\\\n")');
kotlin('placeholders["a"] = "b"', 'placeholders() { a=("b") }');
kotlin('x(mapOf("a" to "b"))', 'x(mapOf(to("a", "b")))');
kotlin('val a: Int by project\nval b = 1\nprivate fun c(): Int = 2\nx(1)', 'x(1)');
kotlin('x("${a.b}$c.d")', 'x("<a.b><c>.d")');
kotlin('implementation("a:b:1") { exclude(group = "c") }', 'implementation("a:b:1") { exclude(group: "c") }');
groovy("x '''\\", 'x("")');
groovy('a\n{\n  b\n  {\n    c 1\n  }\n  d(2)\n  { e 3 }\n}', 'a() { b() { c(1) }; d(2) { e(3) } }');
