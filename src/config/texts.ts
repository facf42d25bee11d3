import { z } from 'zod';
import { FORMATS, type FormatName } from './formats.ts';

/** A text of a format of `FORMATS`, from whose name the diagnostic is made. */
export const formatted = (format: FormatName) => z.string().regex(FORMATS[format].pattern, { error: format });
export const text = () => z.string().min(1);
