import type { BaseIssue } from 'valibot';

/** One sentence for the first thing that a schema found: the field's path and what is wrong. */
export function issueSentence(issue: BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.');
  return `${path === '' ? 'the document' : `field ${path}`}: ${issue.message}.`;
}
