import { expect, test } from 'vitest';
import { parseLogicalReport, parseVolumeReport, volumeReport } from '../../../../src/agent/stack/lvm-report.ts';
import { parseArrayReport } from '../../../../src/agent/stack/md-report.ts';

// As lvm 2.03.16 of Debian 12 prints it for a group that lacks one of two physical volumes.
const volumes = `
  {
      "report": [
          {
              "pv": [
                  {"pv_name":"/dev/sda", "pv_missing":"", "pv_used":"96468992", "pv_size":"96468992", "pe_start":"1048576", "dev_size":"100663296", "vg_name":"vg", "vg_uuid":"GnUfiy-TzHY-oAAJ-5dWb-kuCT-UNT6-uCFTXi", "vg_exported":"", "vg_shared":"", "vg_systemid":"", "vg_extent_size":"4194304", "vg_free_count":"0", "lv_count":"1"},
                  {"pv_name":"[unknown]", "pv_missing":"missing", "pv_used":"62914560", "pv_size":"62914560", "pe_start":"1048576", "dev_size":"0", "vg_name":"vg", "vg_uuid":"GnUfiy-TzHY-oAAJ-5dWb-kuCT-UNT6-uCFTXi", "vg_exported":"", "vg_shared":"", "vg_systemid":"", "vg_extent_size":"4194304", "vg_free_count":"0", "lv_count":"1"}
              ]
          }
      ]
  }
`;

test('physical volumes are read as LVM reports them', () => {
  expect(
    parseVolumeReport(volumes).map(({ pv_name, pv_missing, dev_size }) => [pv_name, pv_missing, dev_size]),
  ).toEqual([
    ['/dev/sda', '', '100663296'],
    ['[unknown]', 'missing', '0'],
  ]);
  expect(volumeReport.at(-1)).toMatch(/^--options=pv_name,.*,lv_count$/);
});

test.each(['', 'WARNING: x', '{"report":[{"pv":[{"pv_name":"/dev/sda"}]}]}'])('%j is no report', (text) => {
  expect(() => parseVolumeReport(text)).toThrow();
});

test('where there are none, none are reported', () => {
  expect(parseVolumeReport('{"report":[{"pv":[]}]}')).toEqual([]);
  expect(parseLogicalReport('{"report":[{"lv":[]}]}')).toEqual([]);
});

test('a member says of which array it is, as mdadm 4.2 prints it', () => {
  const text = 'MD_LEVEL=raid1\nMD_DEVICES=2\nMD_NAME=debian:0\nMD_UUID=af74b8b1:47c9a710:6f3328ce:8f730f02\n';
  expect(parseArrayReport(text)).toEqual({ uuid: 'af74b8b1:47c9a710:6f3328ce:8f730f02', level: 'raid1', devices: 2 });
});

test.each(['', 'MD_UUID=--help\n', 'MD_UUID=0\n'])('%j names no array', (text) => {
  expect(parseArrayReport(text).uuid).toBeUndefined();
});
