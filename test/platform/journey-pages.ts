/** The server's pages in Chromium after all that was published: what they show, and how they look. */
import { basename, dirname, join } from 'node:path';
import { type Journey, StepFailure } from './journey-run.ts';
import { Browser, CHROMIUM, type Screen } from './web-page.ts';

const SCREENS: Readonly<Record<string, Screen>> = {
  desktop: { width: 1280, height: 900, colorScheme: 'light' },
  phone: { width: 360, height: 740, colorScheme: 'dark' },
};

export interface ShownPage {
  readonly path: string;
  /** Of the file. */
  readonly name: string;
  /** What has to be read on it. */
  readonly texts: readonly string[];
  /** Pictures by what they are for who does not see them. */
  readonly pictures?: readonly string[];
}

export async function photograph(
  journey: Journey,
  {
    server,
    folder,
    pages,
  }: { readonly server: string; readonly folder: string; readonly pages: readonly ShownPage[] },
): Promise<void> {
  if (journey.program(basename(CHROMIUM), 'the pages in Chromium', [dirname(CHROMIUM)]) === undefined) return;
  for (const [kind, screen] of Object.entries(SCREENS)) {
    const browser = await Browser.open(screen);
    try {
      for (const shown of pages) {
        const page = await browser.page(`${server}${shown.path}`);
        await page.waitForSelector('h1');
        for (const text of shown.texts) await page.getByText(text).first().waitFor({ timeout: 10_000 });
        for (const name of shown.pictures ?? [])
          await page.getByRole('img', { name }).waitFor({ timeout: 10_000 });
        await page.screenshot({ path: join(folder, `${shown.name}-${kind}.png`), fullPage: true });
      }
      if (browser.errors.length > 0) throw new StepFailure(`the pages say: ${browser.errors.join('; ')}`);
    } catch (error) {
      if (error instanceof StepFailure) throw error;
      throw new StepFailure(`${kind}: ${error instanceof Error ? error.message : error}`);
    } finally {
      await browser.close();
    }
  }
}
