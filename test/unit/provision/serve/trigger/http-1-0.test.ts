import { describe, expect, test } from 'vitest';
import { readRequest, renderAnswer, renderRefusal } from '../../../../../src/provision/serve/trigger/http-1-0.ts';

const refusal = (status: number, message: string, isBare = false) => ({
  kind: 'refusal',
  refusal: expect.objectContaining({ status, message, isBare }),
});
const request = (method: string, path: string, isBare = false) => ({
  kind: 'request',
  request: { method, path, isBare },
});

describe('a request is read', () => {
  test.each([
    ['GET /a/ HTTP/1.1\r\nHost: x\r\n\r\n', request('GET', '/a/')],
    ['HEAD /a/ HTTP/1.0\n\n', request('HEAD', '/a/')],
    ['GET  \t/a/   HTTP/1.9\r\n\r\n', request('GET', '/a/')],
    ['GET //a//b HTTP/1.1\r\n\r\n', request('GET', '/a//b')],
    ['GET /a/\r\n\r\n', request('GET', '/a/', true)],
    ['\r\nGET /a/ HTTP/1.1\r\n\r\n', { kind: 'nothing' }],
    ['PUT /a/ HTTP/1.1\r\n\r\n', refusal(501, "Unsupported method ('PUT')")],
    ['get /a/ HTTP/1.1\r\n\r\n', refusal(501, "Unsupported method ('get')")],
    ["IT'S /a/ HTTP/1.1\r\n\r\n", refusal(501, 'Unsupported method ("IT\'S")')],
    ['\u0001é"\' /a/ HTTP/1.1\r\n\r\n', refusal(501, "Unsupported method ('\\x01é\"\\'')")],
    ['GET /a/ HTTP/2.0\r\n', refusal(505, 'Invalid HTTP version (2.0)', true)],
    ['GET /a/ HTTP/1\r\n', refusal(400, "Bad request version ('HTTP/1')", true)],
    ['GET /a/ FTP/1.1\r\n', refusal(400, "Bad request version ('FTP/1.1')", true)],
    ['GET /a/ b HTTP/1.1\r\n', refusal(400, "Bad request syntax ('GET /a/ b HTTP/1.1')")],
    ['GET\r\n', refusal(400, "Bad request syntax ('GET')", true)],
    ['POST /a/\r\n', refusal(400, "Bad HTTP/0.9 request type ('POST')", true)],
  ])('%j', (text, expected) => {
    expect(readRequest(text, false)).toEqual(expected);
  });

  test('as soon as its head has come, and with what has come once the client closed its side', () => {
    const text = 'GET /a/ HTTP/1.1\r\nHost: x\r\n';
    expect(readRequest(text, false)).toEqual({ kind: 'incomplete' });
    expect(readRequest('GET /a', false)).toEqual({ kind: 'incomplete' });
    expect(readRequest(text, true)).toEqual(request('GET', '/a/'));
    expect(readRequest('', true)).toEqual({ kind: 'nothing' });
  });

  test('up to 64 KiB a line and 99 headers', () => {
    const path = (length: number) => `GET /${'a'.repeat(length - 'GET / HTTP/1.1\r\n'.length)} HTTP/1.1\r\n`;
    expect(readRequest(`${path(65536)}\r\n`, false)).toMatchObject({ kind: 'request' });
    expect(readRequest(path(65537), false)).toEqual(refusal(414, 'Request-URI Too Long'));
    expect(readRequest('x'.repeat(65537), false)).toEqual(refusal(414, 'Request-URI Too Long'));
    const headers = (count: number) => `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(count)}\r\n`;
    expect(readRequest(headers(99), false)).toMatchObject({ kind: 'request' });
    expect(readRequest(headers(100), false)).toEqual(refusal(431, 'Too many headers'));
    const long = `GET / HTTP/1.1\r\na: ${'b'.repeat(65536)}\r\n\r\n`;
    expect(readRequest(long, false)).toEqual(refusal(431, 'Line too long'));
  });
});

describe('an answer', () => {
  const date = new Date('2026-11-28T18:50:50Z');

  test('has a status line, the date and nothing else', () => {
    expect(renderAnswer(599, 'failed: x', { isBare: false }, date).toString()).toBe(
      'HTTP/1.0 599 failed: x\r\nDate: Sat, 28 Nov 2026 18:50:50 GMT\r\n\r\n',
    );
    expect(renderAnswer(200, 'OK', { isBare: true }, date)).toHaveLength(0);
  });

  test('that refuses has a page whose length it tells, with what was sent as text', () => {
    const bytes = renderRefusal(
      { status: 501, message: "Unsupported method ('<é>')", explanation: 'x', isBare: false },
      date,
    );
    const text = bytes.toString('utf8');
    const [head = '', page = ''] = text.split('\r\n\r\n');
    expect(page).toContain("<p>Message: Unsupported method ('&lt;é&gt;').</p>");
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(page)}`);
  });

  test('to HEAD has no page, and one to a request without a version nothing but the page', () => {
    const refused = { status: 431, message: 'm', explanation: 'x', isBare: false };
    expect(renderRefusal({ ...refused, isHead: true }, date).toString()).toMatch(/\r\n\r\n$/);
    expect(renderRefusal({ ...refused, isBare: true }, date).toString()).toMatch(/^<!DOCTYPE HTML>/);
  });
});
