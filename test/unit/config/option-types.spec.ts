import {
  booleanType,
  choiceType,
  dictType,
  integerType,
  listType,
  optionalTextType,
  optionalUrlType,
  sizeType,
  textType,
} from '../../../src/config/option-types.js';

describe('Option types', () => {
  it.each([
    ['true', true],
    ['YES', true],
    ['on', true],
    ['1', true],
    ['False', false],
    ['no', false],
    ['off', false],
    ['0', false],
    ['', undefined],
    ['2', undefined],
    ['truth', undefined],
  ])('read %j as the boolean %j', (text, value) => expect(booleanType.parse(text)).toBe(value));

  it.each([
    ['5', 5],
    ['-1', -1],
    ['+7', 7],
    ['10', 10],
    ['11', undefined],
    ['-2', undefined],
    ['1.0', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['0x1', undefined],
  ])('read %j as the integer %j between -1 and 10', (text, value) =>
    expect(integerType(-1, 10).parse(text)).toBe(value),
  );

  it.each([
    ['0', 0],
    ['17', 17],
    ['17B', 17],
    ['2KB', 2048],
    ['3mb', 3 * 1024 ** 2],
    ['1GB', 1024 ** 3],
    ['5TB', 5 * 1024 ** 4],
    ['1 GB', undefined],
    ['-1', undefined],
    ['1.5GB', undefined],
    ['GB', undefined],
    ['1PB', undefined],
  ])('read %j as %j bytes', (text, value) => expect(sizeType.parse(text)).toBe(value));

  it.each([
    ['a,b', ['a', 'b']],
    ['[a, b]', ['a', 'b']],
    ['', []],
    ['[]', []],
    ['a,\nb,', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ["'x'", ['x']],
    ['"open', undefined],
  ])('read %j as the list %j', (text, value) => expect(listType(textType).parse(text)).toEqual(value));

  it('refuse a list with an item that is not allowed', () => {
    expect(listType(integerType(0)).parse('1,x')).toBeUndefined();
  });

  it.each([
    [
      'a:file,b:rbd',
      [
        ['a', 'file'],
        ['b', 'rbd'],
      ],
    ],
    ['{a: file}', [['a', 'file']]],
    ['a:b:c', [['a', 'b:c']]],
    ['', []],
  ])('read %j as the pairs %j, in order', (text, value) => expect([...(dictType.parse(text) ?? [])]).toEqual(value));

  it.each(['a', 'a:1,a:2', ':x'])('refuse the pairs %j', (text) => {
    expect(dictType.parse(text)).toBeUndefined();
  });

  it('compare choices without regard to case', () => {
    const type = choiceType('builtin', 'keystone');
    expect([type.parse('Keystone'), type.parse('ldap')]).toEqual(['keystone', undefined]);
  });

  it('drop trailing slashes of URLs and refuse what is none', () => {
    expect(['http://h:9292/image//', '', 'ftp://h', 'h:9292'].map((text) => optionalUrlType.parse(text))).toEqual([
      'http://h:9292/image',
      null,
      undefined,
      undefined,
    ]);
  });

  it('take an empty text for none, or refuse it', () => {
    expect([optionalTextType.parse(''), textType.parse('')]).toEqual([null, undefined]);
  });
});
