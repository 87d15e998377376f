import { type Line, type Span, styled } from '../../core/command/line.ts';
import { indented } from '../../core/command/wrap-words.ts';
import type { Finding } from './finding.ts';

/** Problems first, then notes, then what somebody chose; each in its own order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ isChoice, isNote }: Finding): number {
  if (!isChoice) return 0;
  return isNote ? 1 : 2;
}

const marks: readonly Span[] = [styled('red', 'PROBLEM  '), styled('yellow', 'note     '), styled('dim', 'by choice')];

/** Each finding with what to do about it below. @param width of the screen, in characters */
export function renderFindings(findings: readonly Finding[], width: number): Line[] {
  if (findings.length === 0) return ['nothing found'];
  return sortFindings(findings).flatMap((finding) => {
    const [first = '', ...more] = indented(finding.problem, indent, width);
    const fix = indented(finding.fix, `${indent}  `, width);
    return [[marks[rankOf(finding)] ?? '', '  ', first.slice(indent.length)], ...more, ...fix] as Line[];
  });
}

const indent = ' '.repeat(11);
