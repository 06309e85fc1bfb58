import type { ImageChange, ImageField } from '../../../../../src/modules/images/domain/image.commands.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatFixed,
  ImagePropertyExists,
  ImagePropertyMissing,
  ImageQuotaExceeded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  detailsChanged,
  hiddenChanged,
  imageCreated,
  ownerChanged,
  propertiesChanged,
  protectionChanged,
  tagsReplaced,
  visibilityChanged,
} from '../../../../support/image-events.builder.js';
import { changeImage, quotas, removeProperty, setProperty } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const name = (value: string | null): ImageChange => ({ kind: 'set_field', field: 'name', value });
const tags = (...value: string[]): ImageChange => ({ kind: 'set_field', field: 'tags', value });
const diskFormat = (value: string | null): ImageChange => ({ kind: 'set_field', field: 'diskFormat', value });
const numbered = (count: number, prefix = 'key'): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, 'value']));

describe('changing the description of an image', () => {
  it('says everything that changed in the fewest events, in a fixed order', () => {
    given(imageDecider, imageCreated({ properties: { old: '1', kept: '2' } }))
      .when(
        changeImage([
          { kind: 'set_field', field: 'owner', value: null },
          tags('b', 'a'),
          { kind: 'set_field', field: 'hidden', value: true },
          { kind: 'set_field', field: 'protected', value: true },
          { kind: 'set_field', field: 'visibility', value: 'private' },
          removeProperty('old'),
          setProperty('new', '3'),
          { kind: 'set_field', field: 'containerFormat', value: 'ovf' },
          diskFormat('qcow2'),
          { kind: 'set_field', field: 'minRamMb', value: 512 },
          { kind: 'set_field', field: 'minDiskGb', value: 7 },
          name(null),
        ]),
      )
      .thenEvents(
        detailsChanged({ name: null, diskFormat: 'qcow2', containerFormat: 'ovf', minDiskGb: 7, minRamMb: 512 }),
        propertiesChanged({ new: '3' }, ['old']),
        visibilityChanged('private'),
        protectionChanged(true),
        hiddenChanged(true),
        ownerChanged(null),
        tagsReplaced('b', 'a'),
      );
  });

  it('mentions only what has another value in the end', () => {
    given(imageDecider, imageCreated({ name: 'one', properties: { a: '1' } }))
      .when(
        changeImage([
          name('two'),
          name('one'),
          setProperty('a', '2'),
          setProperty('a', '1'),
          setProperty('b', '1'),
          removeProperty('b'),
        ]),
      )
      .thenNothing();
  });

  it.each<[ImageField, ImageChange]>([
    ['name', name('debian')],
    ['owner', { kind: 'set_field', field: 'owner', value: 'project-a' }],
    ['visibility', { kind: 'set_field', field: 'visibility', value: 'shared' }],
    ['protected', { kind: 'set_field', field: 'protected', value: false }],
    ['hidden', { kind: 'set_field', field: 'hidden', value: false }],
    ['minDiskGb', { kind: 'set_field', field: 'minDiskGb', value: 0 }],
    ['minRamMb', { kind: 'set_field', field: 'minRamMb', value: 0 }],
    ['diskFormat', diskFormat('raw')],
    ['containerFormat', { kind: 'set_field', field: 'containerFormat', value: 'bare' }],
    ['tags', tags()],
  ])('yields no event when %s keeps its value', (_field, change) => {
    given(imageDecider, imageCreated())
      .when(changeImage([change]))
      .thenNothing();
  });

  it('takes the last value when a field is set twice', () => {
    given(imageDecider, imageCreated())
      .when(changeImage([name('two'), name('three')]))
      .thenEvents(detailsChanged({ name: 'three' }));
  });

  it('does nothing at all when one step is refused', () => {
    given(imageDecider, imageCreated())
      .when(changeImage([name('two'), removeProperty('missing'), name('three')]))
      .thenRejects(ImagePropertyMissing);
  });
});

describe('formats', () => {
  it('can be taken away while queued', () => {
    given(imageDecider, imageCreated())
      .when(changeImage([diskFormat(null)]))
      .thenEvents(detailsChanged({ diskFormat: null }));
  });

  it('are fixed once there is data, even to the value that they have', () => {
    for (const change of [diskFormat('qcow2'), diskFormat('raw')]) {
      given(imageDecider, ...imageHistories.active)
        .when(changeImage([change]))
        .thenRejects(ImageFormatFixed, /^disk_format of image .* while its status is active/, {
          property: 'disk_format',
          status: 'active',
        });
    }
  });

  it('are named in the refusal', () => {
    given(imageDecider, ...imageHistories.active)
      .when(changeImage([{ kind: 'set_field', field: 'containerFormat', value: 'ovf' }]))
      .thenRejects(ImageFormatFixed, /^container_format/);
  });
});

describe('custom properties', () => {
  const withColour = imageCreated({ properties: { colour: 'red' } });

  it('are added and overwritten when it does not matter what was before', () => {
    given(imageDecider, withColour)
      .when(changeImage([setProperty('colour', 'blue'), setProperty('size', 'xl')]))
      .thenEvents(propertiesChanged({ colour: 'blue', size: 'xl' }));
  });

  it('may have to be absent before', () => {
    given(imageDecider, withColour)
      .when(changeImage([setProperty('size', 'xl', 'absent')]))
      .thenEvents(propertiesChanged({ size: 'xl' }));
    given(imageDecider, withColour)
      .when(changeImage([setProperty('colour', 'blue', 'absent')]))
      .thenRejects(ImagePropertyExists, 'Property colour exists already.', { property: 'colour' });
  });

  it('may have to be present before', () => {
    given(imageDecider, withColour)
      .when(changeImage([setProperty('colour', 'blue', 'present')]))
      .thenEvents(propertiesChanged({ colour: 'blue' }));
    given(imageDecider, withColour)
      .when(changeImage([setProperty('size', 'xl', 'present')]))
      .thenRejects(ImagePropertyMissing, 'Property size does not exist.', { property: 'size' });
  });

  it('must exist to be removed', () => {
    given(imageDecider, withColour)
      .when(changeImage([removeProperty('colour'), removeProperty('colour')]))
      .thenRejects(ImagePropertyMissing, 'Property colour does not exist.');
  });

  it('are judged by what the steps before have made of them', () => {
    given(imageDecider, withColour)
      .when(
        changeImage([
          removeProperty('colour'),
          setProperty('colour', 'blue', 'absent'),
          setProperty('size', 's', 'absent'),
          setProperty('size', 'm', 'present'),
        ]),
      )
      .thenEvents(propertiesChanged({ colour: 'blue', size: 'm' }));
  });

  it('do not exist because JavaScript objects inherit something of that name', () => {
    for (const inherited of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      given(imageDecider, imageCreated())
        .when(changeImage([removeProperty(inherited)]))
        .thenRejects(ImagePropertyMissing);
      given(imageDecider, imageCreated())
        .when(changeImage([setProperty(inherited, 'x', 'present')]))
        .thenRejects(ImagePropertyMissing);
    }
  });

  it.each(['__proto__', 'constructor', 'toString'])('can have the name %s like any other', (inherited) => {
    const created = fold(imageDecider, [imageCreated()]);
    const [set] = imageDecider.decide(changeImage([setProperty(inherited, 'x', 'absent')]), created);
    expect(JSON.stringify(set?.data)).toBe(`{"set":{"${inherited}":"x"},"removed":[]}`);
    const changed = fold(imageDecider, set === undefined ? [] : [set], created);
    expect(Object.entries(changed.properties)).toEqual([[inherited, 'x']]);
    expect(Object.getPrototypeOf(changed.properties)).toBe(Object.prototype);
    expect(imageDecider.decide(changeImage([setProperty(inherited, 'x')]), changed)).toEqual([]);
    expect(imageDecider.decide(changeImage([removeProperty(inherited)]), changed)).toEqual([
      propertiesChanged({}, [inherited]),
    ]);
  });
});

describe('the quota on properties', () => {
  const full = imageCreated({ properties: numbered(3) });
  const atMost = (properties: number) => ({ quotas: quotas({ properties }) });

  it('is asked when a property is added', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('new', '1')], atMost(3)))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image properties. Attempted: 4, Maximum: 3',
      );
  });

  it('is asked for names that JavaScript objects inherit, too', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('constructor', '1')], atMost(3)))
      .thenRejects(ImageQuotaExceeded);
  });

  it('looks at the result, not at the steps', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('new', '1'), removeProperty('key-0')], atMost(3)))
      .thenEvents(propertiesChanged({ new: '1' }, ['key-0']));
  });

  it('lets an image that is over it be edited and reduced', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('key-0', 'other'), name('two'), removeProperty('key-1')], atMost(1)))
      .thenEvents(detailsChanged({ name: 'two' }), propertiesChanged({ 'key-0': 'other' }, ['key-1']));
  });

  it('refuses to swap properties of an image that stays over it', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('new', '1'), removeProperty('key-0')], atMost(2)))
      .thenRejects(ImageQuotaExceeded);
  });

  it('does not count the bookkeeping of the service, and does not mind it', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('os_glance_import_task', 't')], atMost(1)))
      .thenEvents(propertiesChanged({ os_glance_import_task: 't' }));
    given(imageDecider, imageCreated({ properties: numbered(9, 'os_glance') }))
      .when(changeImage([setProperty('new', '1')], atMost(1)))
      .thenEvents(propertiesChanged({ new: '1' }));
  });

  it('is none when negative', () => {
    given(imageDecider, full)
      .when(changeImage([setProperty('new', '1')], atMost(-1)))
      .thenEvents(propertiesChanged({ new: '1' }));
  });
});

describe('replacing the tags', () => {
  it('lets equal tags collapse and keeps their order', () => {
    given(imageDecider, imageCreated({ tags: ['a'] }))
      .when(changeImage([tags('c', 'a', 'c', 'b')]))
      .thenEvents(tagsReplaced('c', 'a', 'b'));
  });

  it('changes nothing when the list comes out as it was', () => {
    given(imageDecider, imageCreated({ tags: ['a', 'b'] }))
      .when(changeImage([tags('a', 'b', 'a')]))
      .thenNothing();
  });

  it('counts the new list against the quota', () => {
    const list = Array.from({ length: 129 }, (_, index) => `tag-${index}`);
    given(imageDecider, imageCreated())
      .when(changeImage([tags(...list)], { quotas: quotas({ tags: 128 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128',
      );
  });

  it('lets a list that is over the quota become shorter, not other', () => {
    const image = imageCreated({ tags: ['a', 'b', 'c', 'd'] });
    const atMostTwo = { quotas: quotas({ tags: 2 }) };
    given(imageDecider, image)
      .when(changeImage([tags('a', 'b', 'c')], atMostTwo))
      .thenEvents(tagsReplaced('a', 'b', 'c'));
    given(imageDecider, image)
      .when(changeImage([tags('a', 'b', 'c', 'e')], atMostTwo))
      .thenRejects(ImageQuotaExceeded);
  });
});
