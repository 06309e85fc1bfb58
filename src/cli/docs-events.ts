import { writeFileSync } from 'node:fs';
import { eventCataloguePage } from './event-catalogue-page.js';
import { EVENT_CONTEXTS } from './event-contexts.js';
import { EVENT_FIELD_MEANINGS } from './event-field-meanings.js';

writeFileSync('docs/events.md', eventCataloguePage(EVENT_CONTEXTS, EVENT_FIELD_MEANINGS));
