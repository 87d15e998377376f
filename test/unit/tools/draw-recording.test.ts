import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openPage } from '../../../tools/demo-page.ts';
import { drawRecording } from '../../../tools/draw-recording.ts';

const view = { title: 'a <demo>', columns: 20, rows: 2 };

/** `first` 0.1 s after the start, `second` five minutes later, `third` at once after it. */
function printed() {
  let time = 0;
  const page = openPage(new PassThrough().resume(), () => time);
  time = 0.1;
  page.line('first & last');
  time = 300;
  page.moment('second, which is much longer than a line');
  page.line('third');
  return page.printed;
}

test('a page keeps what it printed, and when', () => {
  expect(printed().map(({ at }) => at)).toEqual([0.1, 300, 300]);
});

test('each line is drawn once, as text only, and no longer than the screen', () => {
  const texts = [...drawRecording(printed(), view).matchAll(/<text x="12".*<\/text>/g)].map(([text]) => text);
  expect(texts.map((text) => text.replace(/<[^>]*>/g, ''))).toEqual([
    'first &amp; last',
    ' 300.0 s  second, wh',
    'third',
  ]);
});

test('a reader does not wait for what the machine waited for', () => {
  const length = Number(/#strip\{animation:scroll ([\d.]+)s/.exec(drawRecording(printed(), view))?.[1]);
  expect(length).toBeLessThan(10);
});

test('lines come one after the other, and those that are above the screen scroll away', () => {
  const drawn = drawRecording(printed(), view);
  const offsets = (name: string) =>
    [...(new RegExp(`@keyframes ${name}\\{(.*)\\}`).exec(drawn)?.[1] ?? '').matchAll(/translateY\((-?\d+)px\)/g)].map(
      ([, offset]) => Number(offset),
    );
  expect(offsets('uncover')).toEqual([0, 17, 34, 51]);
  expect(offsets('scroll')).toEqual([0, -17]);
});

test('the title is text too', () => {
  expect(drawRecording([], view)).toContain('<title>a &lt;demo&gt;</title>');
});
