import { optionsOf } from './option.js';
import { optionalTextType } from './option-types.js';

const general = optionsOf('DEFAULT');

/** Options about metadata definitions, in the group [DEFAULT]. */
export const metadefOptions = {
  metadataSourcePath: general(
    'metadata_source_path',
    optionalTextType,
    null,
    'File or folder of metadata definitions that the command metadefs load reads, and where metadefs export writes.',
    { defaultText: 'the definitions that come with the program; for exports the working directory' },
  ),
} as const;
