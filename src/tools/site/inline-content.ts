import { attributesOf, blankComments } from './site-html.ts';

/** What of a page a content security policy must know by its hash, and what it can not allow. */
export interface InlineContent {
  /** Contents of scripts and of `style` elements, as the parser hands them on. */
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** Values of `style` attributes. */
  readonly styleAttributes: readonly string[];
  /** Attributes that hold script: `onclick="…"`, `href="javascript:…"`. */
  readonly handlers: readonly string[];
  /** Addresses of what the page loads, by the directive that allows them. */
  readonly loaded: readonly { readonly directive: string; readonly address: string }[];
}

/** Types whose content is run, or steers what is; others are data. */
const RUN = /^(|module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma)script)$/i;
const ELEMENTS = /<!--[\s\S]*?(?:-->|$)|<(script|style)\b((?:"[^"]*"|'[^']*'|[^"'>])*)>([\s\S]*?)<\/\1\s*>/gi;
const TAGS = /<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi;
/** Attributes that load something, by element; what they load is allowed by the directive. */
const LOADING: Readonly<Record<string, readonly (readonly [attribute: string, directive: string])[]>> = {
  script: [['src', 'script-src']],
  img: [['src', 'img-src']],
  iframe: [['src', 'frame-src']],
  audio: [['src', 'media-src']],
  video: [['src', 'media-src']],
  source: [['src', 'media-src']],
  form: [['action', 'form-action']],
};
const LINKS: Readonly<Record<string, string>> = {
  stylesheet: 'style-src',
  icon: 'img-src',
  'apple-touch-icon': 'img-src',
  manifest: 'manifest-src',
  modulepreload: 'script-src',
};

export function inlineContent(html: string): InlineContent {
  const scripts: string[] = [];
  const styles: string[] = [];
  // A parser knows one line end only.
  const text = html.replace(/\r\n?/g, '\n');
  for (const [, name, attributes = '', content = ''] of text.matchAll(ELEMENTS)) {
    if (name === undefined) continue;
    const { src, type = '' } = attributesOf(attributes);
    if (name.toLowerCase() === 'style') styles.push(content);
    else if (src === undefined && RUN.test(type.trim())) scripts.push(content);
  }
  const found = { styleAttributes: [] as string[], handlers: [] as string[] };
  const loaded: { directive: string; address: string }[] = [];
  for (const [, element = '', rest = ''] of blankComments(text).matchAll(TAGS)) {
    const attributes = attributesOf(rest);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'style') found.styleAttributes.push(value);
      else if (/^on[a-z]+$/.test(key) || /^\s*javascript:/i.test(value))
        found.handlers.push(`<${element} ${key}>`);
    }
    loaded.push(...loadedBy(element.toLowerCase(), attributes));
  }
  return { scripts, styles, ...found, loaded };
}

function loadedBy(element: string, attributes: Readonly<Record<string, string>>): InlineContent['loaded'] {
  if (element === 'link') {
    const directive = (attributes.rel ?? '')
      .toLowerCase()
      .split(/\s+/)
      .map((rel) => LINKS[rel])
      .find((each) => each !== undefined);
    return directive && attributes.href ? [{ directive, address: attributes.href }] : [];
  }
  return (LOADING[element] ?? []).flatMap(([attribute, directive]) =>
    attributes[attribute] ? [{ directive, address: attributes[attribute] }] : [],
  );
}
