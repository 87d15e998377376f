/**
 * The protocol of cdist's trigger, which is that of Python's http.server: HTTP/1.0, one answer a connection, and lenient
 * with what it reads (line ends of LF, bodies of a wrong length, no Host). Clients of many years rely on its bytes, so they
 * are made here; fastify, on Node's parser, refuses some of these requests and answers others with HTTP/1.1.
 */

/** Bytes of one line, its end included. */
const longestLine = 65536;
const mostHeaders = 100;

export interface Request {
  readonly method: string;
  /** As it was sent, one leading slash for several. */
  readonly path: string;
  /** The client named no version: HTTP/0.9 knows no status line and no headers, so it gets only the body. */
  readonly isBare: boolean;
}

/** A request that is refused before it is looked at. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly explanation: string;
  readonly isBare: boolean;
  /** The method is HEAD: no page. */
  readonly isHead?: boolean;
}

export type Reading =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** The client sent an empty line or nothing, and gets nothing. */
  | { readonly kind: 'nothing' }
  /** More has to come. */
  | { readonly kind: 'incomplete' };

/** What a status means, in the page that tells it. */
const explanations: Readonly<Record<number, string>> = {
  400: 'Bad request syntax or unsupported method',
  414: 'URI is too long',
  501: 'Server does not support this operation',
  505: 'Cannot fulfill request',
};

const methods = ['GET', 'HEAD', 'POST'];

/**
 * Reads the head of a request from what has come so far.
 * @param text the bytes as ISO 8859-1
 * @param isAll whether the client has closed its side: what came is all there is
 */
export function readRequest(text: string, isAll: boolean): Reading {
  const first = takeLine(text, 0, isAll);
  if (first === 'incomplete') return { kind: 'incomplete' };
  if (first === 'too long') return refused(414, 'Request-URI Too Long', false);
  const line = readRequestLine(first.line.replace(/(?<![\r\n])[\r\n]+$/, ''));
  if (line.kind !== 'request') return line;
  const headers = readHeaders(text, first.end, isAll, line.request);
  if (headers !== 'complete') return headers;
  const { method, isBare } = line.request;
  return methods.includes(method) ? line : refused(501, `Unsupported method (${quoted(method)})`, isBare);
}

/** An answer without a body; to a request without a version nothing at all. */
export function renderAnswer(status: number, reason: string, { isBare }: Pick<Request, 'isBare'>, date: Date): Buffer {
  return isBare ? Buffer.alloc(0) : Buffer.from(`${statusLine(status, reason, date)}\r\n`, 'latin1');
}

/** An answer with a page that tells what is wrong. */
export function renderRefusal(refusal: Refusal, date: Date): Buffer {
  const { status, message, explanation, isBare, isHead } = refusal;
  const page = Buffer.from(pageOf(status, escapeHtml(message), escapeHtml(explanation)));
  const head = [
    `${statusLine(status, message, date)}Connection: close`,
    'Content-Type: text/html;charset=utf-8',
    `Content-Length: ${page.length}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(isBare ? '' : head, 'latin1'), isHead === true ? Buffer.alloc(0) : page]);
}

type Line = { readonly line: string; readonly end: number };

function takeLine(text: string, start: number, isAll: boolean): Line | 'incomplete' | 'too long' {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline + 1;
  if (end - start > longestLine) return 'too long';
  return newline === -1 && !isAll ? 'incomplete' : { line: text.slice(start, end), end };
}

function readRequestLine(line: string): Reading {
  // White space of ISO 8859-1, as Python's str.split() has it.
  const words = line.split(/[\s\x85]+/).filter((word) => word !== '');
  if (words.length === 0) return { kind: 'nothing' };
  if (words.length >= 3) {
    const problem = versionProblem(words.at(-1) ?? '');
    if (problem !== undefined) return refused(...problem, true);
  }
  const isBare = words.length < 3;
  const [method = '', path = ''] = words;
  if (words.length === 1 || words.length > 3) return refused(400, `Bad request syntax (${quoted(line)})`, isBare);
  if (isBare && method !== 'GET') return refused(400, `Bad HTTP/0.9 request type (${quoted(method)})`, isBare);
  return { kind: 'request', request: { method, path: path.replace(/^\/\/+/, '/'), isBare } };
}

function versionProblem(version: string): [status: number, message: string] | undefined {
  const [, name, major] = /^HTTP\/(([+-]?\d+)\.[+-]?\d+)$/.exec(version) ?? [];
  if (name === undefined) return [400, `Bad request version (${quoted(version)})`];
  return Number(major) >= 2 ? [505, `Invalid HTTP version (${name})`] : undefined;
}

/** Nothing in the headers matters to a trigger: only where they end. */
function readHeaders(text: string, start: number, isAll: boolean, request: Request): Reading | 'complete' {
  let end = start;
  for (let count = 1; ; count += 1) {
    const next = takeLine(text, end, isAll);
    if (next === 'incomplete') return { kind: 'incomplete' };
    if (next === 'too long') {
      const explanation = `got more than ${longestLine} bytes when reading header line`;
      return refused(431, 'Line too long', request.isBare, explanation, request.method);
    }
    if (count > mostHeaders)
      return refused(431, 'Too many headers', request.isBare, `got more than ${mostHeaders} headers`, request.method);
    if (['', '\n', '\r\n'].includes(next.line)) return 'complete';
    end = next.end;
  }
}

function refused(
  status: number,
  message: string,
  isBare: boolean,
  explanation = explanations[status] ?? message,
  method = '',
): Reading {
  return { kind: 'refusal', refusal: { status, message, explanation, isBare, isHead: method === 'HEAD' } };
}

function statusLine(status: number, reason: string, date: Date): string {
  return `HTTP/1.0 ${status} ${reason}\r\nDate: ${date.toUTCString()}\r\n`;
}

/** Its white space is part of its length, which clients are told. */
function pageOf(status: number, message: string, explanation: string): string {
  return [
    '<!DOCTYPE HTML>',
    '<html lang="en">',
    '    <head>',
    '        <meta charset="utf-8">',
    '        <title>Error response</title>',
    '    </head>',
    '    <body>',
    '        <h1>Error response</h1>',
    `        <p>Error code: ${status}</p>`,
    `        <p>Message: ${message}.</p>`,
    `        <p>Error code explanation: ${status} - ${explanation}.</p>`,
    '    </body>',
    '</html>',
    '',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text as Python's repr() shows it, in ISO 8859-1. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n', '\\': '\\\\' };
  const inside = text.replace(/[\\\p{Cc}\xa0\xad]|'/gu, (character) => {
    if (character === "'") return quote === "'" ? "\\'" : "'";
    return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${inside}${quote}`;
}
