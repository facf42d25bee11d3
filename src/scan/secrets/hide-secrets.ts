import { SECRET_RULES } from './secret-rules.ts';

const HIDDEN = '(hidden)';

/** A text in which nothing stands that looks like a secret, wherever and however often it does: for what is shown of a log. */
export function hideSecrets(text: string): string {
  let shown = text;
  for (const { files, pattern, check } of SECRET_RULES) {
    if (files) continue;
    shown = shown.replace(pattern, (whole: string, ...groups: readonly unknown[]) => {
      const secret = typeof groups[0] === 'string' ? groups[0] : whole;
      return check?.(secret) === false ? whole : whole.replace(secret, () => HIDDEN);
    });
  }
  return shown;
}
