import type { BaseIssue } from 'valibot';

/** One sentence for the first thing that a schema found: the field's path and what is wrong. */
export function issueSentence(issue: BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.');
  const where = path === '' ? 'the document' : `field ${path}`;
  const missing = issue.received === 'undefined';
  return missing ? `${where} is missing.` : `${where}: ${issue.message}.`;
}
