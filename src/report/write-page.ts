import { replaceFile } from '../files/replace-file.js';

/**
 * Puts a page in the place of a file, whole or not at all, readable by its owner only: reasons may quote arguments.
 * Throws an Error that names the file.
 */
export function writePage(path: string, text: string): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the page could not be written to ${path}: ${reason}`);
  }
}
